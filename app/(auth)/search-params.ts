/** What Next hands to a page. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** One parameter of a page's address; the first when it was given several times. */
export async function readParam(searchParams: SearchParams, name: string): Promise<string | null> {
  const value = (await searchParams)[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
