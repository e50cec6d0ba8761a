import { z } from "zod";
import { keySorts, lastUsedTimes } from "@/lib/keys/catalogue";
import { KeyStatus, KeyEnvironment, Key } from "@/lib/keys/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";
import { WrittenScope, RoleName } from "@/lib/scopes/schema";

/** `GET /keys/{id}/grant`: what a key may do, and where it has that from. */
export const KeyGrant = z
  .object({
    scopes: z.array(z.string()).describe("Given to the key itself"),
    roles: z.array(z.object({ name: z.string(), description: z.string(), scopes: z.array(z.string()) })),
    grant: z.array(z.string()).describe("Scopes and those of the roles, together"),
    ceiling: z
      .array(z.string())
      .nullable()
      .describe("What its customer's keys may hold; null without customer"),
    effective: z
      .array(z.string())
      .describe("What is left of the grant under the ceiling: what the key may do"),
  })
  .meta({ id: "KeyGrant" });
export type KeyGrant = z.output<typeof KeyGrant>;

/** Newest first, most recently used first (never used last), or by name. */
export const KeySort = z.enum(keySorts);
export type KeySort = z.output<typeof KeySort>;

/** Used within a time, not within 30 days (or never), or never. */
export const LastUsed = z.enum(lastUsedTimes);
export type LastUsed = z.output<typeof LastUsed>;

const keyConditions = {
  q: z
    .string()
    .trim()
    .max(200)
    .optional()
    .describe("Part of name, id or external id; a whole label; last four; or a masked value"),
  status: KeyStatus.optional(),
  customer: z.string().max(200).optional().describe("Id or external id"),
  environment: KeyEnvironment.optional(),
  scope: WrittenScope.optional().describe("Keys that were given this scope themselves"),
  role: RoleName.optional().describe("Keys that have this role"),
  plan: z.string().max(100).optional().describe("Keys that name this plan themselves"),
  lastUsed: LastUsed.optional().describe("When it was used last"),
};

/** Which keys are meant; all conditions must hold. */
export const KeyFilter = z.strictObject(keyConditions);
export type KeyFilter = z.output<typeof KeyFilter>;

/** `GET /keys`. */
export const ListKeys = PageQuery.extend({ ...keyConditions, sort: KeySort.default("created") }).strict();
export type ListKeys = z.output<typeof ListKeys>;

export const KeyPage = pageOf(Key).meta({ id: "KeyPage" });
export type KeyPage = z.output<typeof KeyPage>;
