import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";
import type { z } from "zod";
import { request, type QueryValue } from "@/lib/client/request/request";

/** One page as the API answers it. */
interface Answer<Row> {
  items: Row[];
  nextCursor: string | null;
}

/** Where a list is read. */
export interface ListSource<Page> {
  queryKey: QueryKey;
  path: string;
  query: Readonly<Record<string, QueryValue>>;
  /** Fetched with the first answer. */
  page: () => Promise<z.ZodType<Page>>;
}

/** Query options of a list that is read newest first, a page at a time. A page may be empty while older ones remain to be searched. */
export function pagedList<Page extends Answer<unknown>>({ queryKey, path, query, page }: ListSource<Page>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      request(page, { path, query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: firstPage(),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** What {@link pagedList} answers. */
export type PagedList<Row> = ReturnType<typeof pagedList<Answer<Row>>>;

function firstPage(): string | null {
  return null;
}
