/** What Next gives a page as `searchParams`. */
export type Query = Record<string, string | string[] | undefined>;

/** The same as the browser has it, so that one function reads an address on both sides. */
export function paramsOf(query: Query): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
}
