import { beforeEach, describe, expect, test } from "vitest";
import { bus } from "@/lib/bus/bus";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { db, sql } from "@/lib/db/client";
import { resolveSubject } from "@/lib/authzen/subjects/resolve";
import { beginSubjectRead, warmSubject } from "@/lib/authzen/subjects/warm-subjects";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
beforeEach(async () => void (workspace = await createTestWorkspace()));

const here = (customerId: string | null = null) => ({ workspaceId: workspace.workspaceId, customerId });

describe("who a subject is", () => {
  test("is known at once the second time, without a query, and so is that nobody is", async () => {
    await issueKey(workspace.system, { externalId: "ada", metadata: { email: "ada@example.com" } });
    for (const id of ["ada", "nobody"]) {
      expect(resolveSubject(here(), id)).toBeInstanceOf(Promise);
      const first = await resolveSubject(here(), id);
      expect(resolveSubject(here(), id)).toEqual(first);
    }
    expect(resolveSubject(here(), "ada")).toMatchObject({ attributes: { email: "ada@example.com" } });
  });

  test("holds the key's own attributes over metadata of the same name", async () => {
    const metadata = { roles: ["admin"], scopes: "*", team: "ops" };
    await issueKey(workspace.system, { name: "Ada", externalId: "ada", metadata });
    expect((await resolveSubject(here(), "ada")).attributes).toMatchObject({
      name: "Ada",
      roles: [],
      scopes: [],
      team: "ops",
      customer: null,
    });
  });

  test("for a caller bound to a customer is that customer or one of its keys, and nobody else", async () => {
    const [tern, gull] = [
      await createCustomer(workspace.system, CreateCustomer.parse({ externalId: "tern", name: "Tern" })),
      await createCustomer(workspace.system, CreateCustomer.parse({ externalId: "gull", name: "Gull" })),
    ];
    const { key } = await issueKey(workspace.system, { externalId: "tern-1", customer: tern.id });
    for (const id of [key.id, "tern-1"]) {
      expect((await resolveSubject(here(tern.id), id)).key?.keyId).toBe(key.id);
      expect((await resolveSubject(here(gull.id), id)).key).toBeNull();
    }
    expect((await resolveSubject(here(tern.id), "tern")).attributes.name).toBe("Tern");
    expect((await resolveSubject(here(gull.id), "tern")).attributes).toEqual({});
  });

  test("is never nobody where other customers hold so many keys of that id that not all were looked at", async () => {
    const tern = await createCustomer(
      workspace.system,
      CreateCustomer.parse({ externalId: "tern", name: "Tern" }),
    );
    await issueKey(workspace.system, { externalId: "prod", customer: tern.id, metadata: { role: "reader" } });
    await Promise.all(Array.from({ length: 20 }, () => issueKey(workspace.system, { externalId: "prod" })));
    expect((await resolveSubject(here(tern.id), "prod")).refusal).toBe("SUBJECT_AMBIGUOUS");
  });

  test("an id longer than any is nobody, without a query or a place in memory", () => {
    expect(resolveSubject(here(), "x".repeat(201))).toMatchObject({ key: null, refusal: null });
    expect(warmSubject(workspace.workspaceId, "x".repeat(201))).toBeUndefined();
  });

  test("ends with the key's time, by the clock and not by a message", async () => {
    const { key } = await issueKey(workspace.system, { externalId: "ada" });
    const expiresAt = new Date(Date.now() + 1_500);
    await sql().query("update api_key set expires_at = $1 where id = $2", [expiresAt, key.id]);
    expect((await resolveSubject(here(), "ada")).refusal).toBeNull();
    await expect
      .poll(() => resolveSubject(here(), "ada"), { timeout: 5_000 })
      .toMatchObject({ refusal: "EXPIRED" });
  });
});

describe("what is remembered", () => {
  test("is not what was read while something changed", async () => {
    await resolveSubject(here(), "ada");
    const begun = beginSubjectRead(workspace.workspaceId, "ada");
    await bus().publish({ kind: "subjects-changed", workspaceId: workspace.workspaceId, ids: ["other"] });
    expect(begun.keep({ keys: [], customer: null })).toBe(false);
    expect(beginSubjectRead(workspace.workspaceId, "ada").keep({ keys: [], customer: null })).toBe(true);
  });

  test("goes when a role of the key changes, and all of it when messages were missed", async () => {
    await db().role.create({ data: { workspaceId: workspace.workspaceId, name: "editor", scopes: [] } });
    await issueKey(workspace.system, { externalId: "ada", roles: ["editor"] });
    const { workspaceId } = workspace;
    for (const message of [
      { kind: "role-changed", workspaceId, role: "editor" },
      { kind: "messages-missed" },
    ] as const) {
      await resolveSubject(here(), "ada");
      expect(warmSubject(workspaceId, "ada")).toBeDefined();
      await bus().publish(message);
      expect(warmSubject(workspaceId, "ada")).toBeUndefined();
    }
  });
});
