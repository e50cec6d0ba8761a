import { z } from "zod";
import { PlaceInChain, SignedHead } from "@/lib/audit/schema";

/** First line of an exported trail. */
export const StartLine = z.object({
  kind: z.literal("start"),
  format: z.literal("latchkey-audit-1"),
  workspace: z.string(),
  at: z.string(),
  /** The place before the file's first entry. */
  after: PlaceInChain,
  /** Ed25519, SubjectPublicKeyInfo in Base64. */
  publicKey: z.string(),
});

/** An entry, with everything that its digest covers. */
export const EntryLine = z.object({
  kind: z.literal("entry"),
  position: z.number().int(),
  hash: z.string(),
  digest: z.string(),
  workspace: z.string(),
  id: z.string(),
  at: z.string(),
  actor: z.unknown(),
  action: z.string(),
  subject: z.string().nullable(),
  detail: z.unknown(),
  address: z.string().nullable(),
  count: z.number(),
  erasedAt: z.string().nullable(),
});
export type EntryLine = z.output<typeof EntryLine>;

/** A signed place between entries, so that a break is located between two of them. */
export const HeadLine = z.object({ kind: z.literal("head"), head: SignedHead });

/** Last line: how many entries there are, the last place, and a signature over all of it. */
export const EndLine = z.object({
  kind: z.literal("end"),
  entries: z.number().int(),
  last: PlaceInChain,
  /** SHA-256 in hexadecimal of every byte before this line. */
  sha256: z.string(),
  key: z.string(),
  /** Ed25519 in Base64 over the text of {@link endText}; null when something is wrong with the chain. */
  signature: z.string().nullable(),
  problems: z.array(
    z.object({ position: z.number(), until: z.number(), kind: z.string(), message: z.string() }),
  ),
});
export type EndLine = z.output<typeof EndLine>;

/** Any line of an exported trail. */
export const AuditLine = z.discriminatedUnion("kind", [StartLine, EntryLine, HeadLine, EndLine]);
export type AuditLine = z.output<typeof AuditLine>;

/** What the last line's signature covers. */
export function endText(
  workspace: string,
  { entries, last, sha256 }: Pick<EndLine, "entries" | "last" | "sha256">,
): string {
  return ["latchkey-audit-export-v1", workspace, entries, `${last.position}:${last.hash}`, sha256].join("\n");
}
