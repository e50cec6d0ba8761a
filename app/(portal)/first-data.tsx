import { dehydrate, HydrationBoundary, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { createQueryClient } from "@/lib/client/request/query-client";

/** An answer for the browser's query cache. Lists that load page by page give their first page as `firstPage`. */
export type FirstAnswer =
  | { queryKey: QueryKey; load: () => Promise<unknown> }
  | { queryKey: QueryKey; firstPage: () => Promise<unknown> };

/**
 * Renders `children` with the first answers in place. What fails here is asked again by the browser, which shows why
 * and offers a retry; so a page never fails as a whole for one list.
 */
export async function FirstData({
  answers,
  children,
}: {
  answers: readonly FirstAnswer[];
  children: ReactNode;
}) {
  const client = createQueryClient();
  await Promise.all(answers.map((answer) => remember(client, answer).catch(() => undefined)));
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}

async function remember(client: ReturnType<typeof createQueryClient>, answer: FirstAnswer): Promise<void> {
  if ("load" in answer) client.setQueryData(answer.queryKey, await answer.load());
  else client.setQueryData(answer.queryKey, { pages: [await answer.firstPage()], pageParams: [null] });
}
