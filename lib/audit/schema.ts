import { z } from "zod";
import { Moment } from "@/lib/lists/schema";

/** A place of a chain as JSON. */
export const PlaceInChain = z
  .object({
    position: z.number().int().min(0).describe("Place in the chain, counted from 1 without a gap"),
    hash: z.string().max(64).describe("SHA-256 in hexadecimal; empty at place 0"),
  })
  .meta({ id: "AuditPlace" });

/** A place of a chain that this installation verified and signed. */
export const SignedHead = PlaceInChain.extend({
  workspace: z.string(),
  base: PlaceInChain.describe("The last place whose entry was deleted for its age; place 0 if none was"),
  at: z.string().describe("When it was signed, RFC 3339 UTC"),
  key: z.string().describe("Id of the key: the first 16 hexadecimal digits of the SHA-256 of the public key"),
  signature: z.string().describe("Ed25519 over the head as text, in Base64"),
}).meta({ id: "AuditHead" });
export type SignedHead = z.output<typeof SignedHead>;

/** What can be wrong with a chain. */
export const FindingKind = z.enum([
  "edited",
  "missing",
  "reordered",
  "rehashed",
  "inserted",
  "truncated",
  "erased-unrecorded",
  "unsealed",
  "bad-head",
]);
export type FindingKind = z.output<typeof FindingKind>;

/** Something wrong with a chain, and where. */
export const Finding = z
  .object({
    position: z.number().int().describe("First place that is affected"),
    until: z.number().int().describe("Last place that is affected or, where it is not one, may be"),
    id: z.string().nullable().describe("Id of the entry, where it is one"),
    kind: FindingKind.describe(
      "`edited`: what the entry says is not what was written; `missing`: deleted; `reordered`: it stood elsewhere; " +
        "`rehashed`: hashes were computed anew; `inserted`: not written by Latchkey; `truncated`: the end is gone; " +
        "`erased-unrecorded`: blanked without a record; `unsealed`: not authenticated, and no signed head vouches for it; " +
        "`bad-head`: a signed head is not genuine",
    ),
    message: z.string(),
  })
  .meta({ id: "AuditFinding" });
export type Finding = z.output<typeof Finding>;

/** What `GET /audit/verify` answers. */
export const AuditVerification = z
  .object({
    ok: z.boolean(),
    entries: z.number().int().describe("Entries of the chain that were read"),
    unchained: z.number().int().describe("Entries from before there was a chain; nothing is said of them"),
    base: PlaceInChain.describe("The last place whose entry was deleted for its age; place 0 if none was"),
    head: SignedHead.nullable().describe("The newest place, signed; null while something is wrong"),
    end: PlaceInChain.describe("Where the chain ends"),
    known: z
      .enum(["held", "contradicted", "deleted"])
      .nullable()
      .describe("Whether the head that was given is on this chain; `deleted` when retention passed it"),
    publicKey: z.string().describe("Ed25519, SubjectPublicKeyInfo in Base64"),
    problems: z.array(Finding).describe("At most 200, in the order of places"),
  })
  .meta({ id: "AuditVerification" });
export type AuditVerification = z.output<typeof AuditVerification>;

/** What `GET /audit/head` answers: how far the chain goes, and how far it was verified and signed. */
export const AuditStanding = AuditVerification.pick({ base: true, end: true, publicKey: true })
  .extend({
    head: SignedHead.nullable().describe(
      "The newest place that was verified and signed; new ones follow within 5 s",
    ),
  })
  .meta({ id: "AuditStanding" });
export type AuditStanding = z.output<typeof AuditStanding>;

/** What `GET /audit/verify` takes: a head that is known from elsewhere, such as an export. */
export const AuditVerify = z
  .strictObject({
    position: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
      .optional(),
  })
  .refine(({ position, hash }) => (position === undefined) === (hash === undefined), {
    path: ["hash"],
    message: "position and hash belong together",
  });
export type AuditVerify = z.output<typeof AuditVerify>;

/** What `GET /audit/export` takes. */
export const AuditExport = z.strictObject({
  from: Moment.optional().describe("First moment, inclusive"),
  to: Moment.optional().describe("Last moment, exclusive"),
});
export type AuditExport = z.output<typeof AuditExport>;

/** What `POST /audit/erasures` takes: exactly one of the first three. */
export const EraseAudit = z
  .strictObject({
    entries: z.array(z.string().max(64)).min(1).max(1_000).optional().describe("Ids of entries"),
    actor: z.string().min(1).max(100).optional().describe("Id of who acted"),
    address: z.string().min(1).max(64).optional().describe("Where the calls came from, exactly"),
    reason: z.string().trim().min(1).max(500).describe("Kept in the trail; name nobody in it"),
  })
  .refine(
    ({ entries, actor, address }) =>
      [entries, actor, address].filter((one) => one !== undefined).length === 1,
    {
      path: ["entries"],
      message: "give exactly one of entries, actor and address",
    },
  );
export type EraseAudit = z.output<typeof EraseAudit>;

/** What was erased. */
export const AuditErasure = z
  .object({
    erased: z.number().int().describe("How many entries were blanked now"),
    records: z.array(z.string()).describe("Ids of the entries that record it"),
    more: z.boolean().describe("Whether others wait: ask again. At most 5,000 are blanked at once"),
  })
  .meta({ id: "AuditErasure" });
export type AuditErasure = z.output<typeof AuditErasure>;
