import { z } from "zod";

/** Query of every list: `limit` 1–100 (25), `cursor` from the page before. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25).describe("Rows to answer, 1–100"),
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before"),
});
export type PageQuery = z.output<typeof PageQuery>;

const [firstMs, lastMs] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

/** A moment that narrows a list: RFC 3339 with any offset, as far as the database's own times and offsets go. */
export const Moment = z.iso
  .datetime({ offset: true, abort: true, error: "must be a time such as 2026-01-31T12:00:00Z" })
  .refine(
    (text) =>
      Date.parse(text) >= firstMs && Date.parse(text) <= lastMs && !/[+-](?:1[6-9]|2\d):\d\d$/.test(text),
    "must lie in the years 1 to 9999, less than 16 hours from UTC",
  );

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
