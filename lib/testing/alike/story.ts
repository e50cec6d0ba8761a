import type { JsonObject } from "@bufbuild/protobuf";
import { db } from "@/lib/db/client";
import type { IssuedKey } from "@/lib/keys/schema";
import { createRule } from "@/lib/rules/create";
import { platformScopes } from "@/lib/scopes/catalogue";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import type { Told } from "@/lib/testing/alike/transports";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A workspace with everything that the cases speak of. */
export interface Story {
  /** Keys that were there before the first case, by what they are for. */
  keys: Record<Prepared, IssuedKey>;
  /** What cases kept for later ones, by title. */
  kept: Map<string, Told>;
}

type Prepared =
  | "admin"
  | "reader"
  | "powerless"
  | "stranger"
  | "far away"
  | "limited caller"
  | "disabled"
  | "expired"
  | "at an address"
  | "on a page"
  | "limited"
  | "with a quota";

const everything = [...Object.keys(platformScopes), "*:*"];

/** Makes the workspace. Nothing of it was asked of the server yet. */
export async function beginStory(): Promise<Story> {
  const { owner, workspaceId } = await createTestWorkspace();
  const elsewhere = await createTestWorkspace();
  await createService(
    owner,
    CreateService.parse({
      name: "Invoices",
      slug: "invoices",
      upstream: "http://127.0.0.1:1",
      visibility: "private",
      defaultVerdict: "deny",
    }),
  );
  await createRule(owner, {
    name: "read-invoices",
    effect: "allow",
    mode: "enforce",
    when: { method: ["GET"] },
    attachments: [{ service: "invoices" }],
  });
  const limit = { limit: 1, windowSeconds: 3_600 };
  const keys = {
    admin: await issueKey(owner, { name: "admin", scopes: everything }),
    reader: await issueKey(owner, { name: "reader", scopes: ["read:keys"] }),
    powerless: await issueKey(owner, { name: "powerless" }),
    stranger: await issueKey(elsewhere.owner, { name: "stranger", scopes: everything }),
    "far away": await issueKey(owner, { name: "far away", scopes: ["read:keys"], allowedIps: ["192.0.2.1"] }),
    "limited caller": await issueKey(owner, {
      name: "limited caller",
      scopes: ["read:keys"],
      rateLimits: [limit],
    }),
    disabled: await issueKey(owner, { name: "disabled" }),
    expired: await issueKey(owner, { name: "expired", expiresAt: "2090-01-01T00:00:00Z" }),
    "at an address": await issueKey(owner, { name: "at an address", allowedIps: ["10.0.0.0/8"] }),
    "on a page": await issueKey(owner, { name: "on a page", allowedOrigins: ["https://app.example.com"] }),
    limited: await issueKey(owner, { name: "limited", scopes: ["read:invoices"], rateLimits: [limit] }),
    "with a quota": await issueKey(owner, { name: "with a quota", quotas: [{ limit: 1, per: "day" }] }),
  };
  const past = { workspaceId_id: { workspaceId, id: keys.expired.key.id } };
  await db().key.update({ where: past, data: { expiresAt: new Date("2020-01-01T00:00:00Z") } });
  return { keys, kept: new Map() };
}

/** One line of the table. */
export interface Case {
  title: string;
  operation: string;
  input: JsonObject | ((story: Story) => JsonObject);
  /** Headers of the call; the admin's key where it is left out. */
  as?: (story: Story) => Record<string, string>;
  /** `ok` or the kind of problem. */
  kind: string;
  /** Part of the answer that must be there. */
  holds?: JsonObject;
  /** Paths that a problem must name. */
  fields?: string[];
}

/** The credential of a prepared key. */
export function bearer(value: string): Record<string, string> {
  return { authorization: `Bearer ${value}` };
}
