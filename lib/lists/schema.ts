import { z } from "zod";

/** Query of every list: `limit` 1–100 (25), `cursor` from the page before. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25).describe("Rows to answer, 1–100"),
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before"),
});
export type PageQuery = z.output<typeof PageQuery>;

/** `{items, nextCursor, total?}`; `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.number().int().optional(),
  });
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  total?: number;
}
