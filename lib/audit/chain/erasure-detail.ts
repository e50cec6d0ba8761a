import { z } from "zod";

/** Action of the entry that records an erasure. */
export const eraseAction = "audit.erase";

/** What the detail of a blanked entry says. */
export const BlankedDetail = z.object({ erasedBy: z.string() });

/** What the detail of an erasure's entry says: per entry its id, its place and the digest of what was left of it. */
export const ErasureDetail = z.object({
  entries: z.array(z.object({ id: z.string(), position: z.number().int().nullable(), digest: z.string() })),
});
