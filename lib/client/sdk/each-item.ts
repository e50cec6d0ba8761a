interface Page<Item> {
  items: readonly Item[];
  nextCursor?: string | null;
}

/**
 * Every item of a list, page after page, each asked for when the one before is used up:
 * `for await (const key of eachItem(latchkey.listKeys, { status: "active" })) …`
 */
export async function* eachItem<Query extends { cursor?: string }, Item>(
  list: (query?: Query) => Promise<Page<Item>>,
  query: Query,
): AsyncGenerator<Item, void, undefined> {
  let page = await list(query);
  for (;;) {
    yield* page.items;
    if (page.nextCursor === null || page.nextCursor === undefined) return;
    page = await list({ ...query, cursor: page.nextCursor });
  }
}
