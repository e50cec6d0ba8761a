/** Rows on one page of a list. */
export const pageSize = 25;

/** Cursors kept for going back; beyond them, back is the first page. */
const trailMax = 20;

/** Names and values to write into the address; null takes one away. */
export type Change = Readonly<Record<string, string | null>>;

/** Where in a list an address is: its cursors, the current one last (none on the first page), and the first row's place. */
export interface ListPlace {
  q: string;
  trail: readonly string[];
  cursor: string | undefined;
  from: number;
}

/** Reads an address; what makes no sense is as if it were not there. */
export function readPlace(params: URLSearchParams): ListPlace {
  const trail = params.getAll("cursor").slice(-trailMax);
  const from = Number(params.get("from") ?? 1);
  return {
    q: (params.get("q") ?? "").slice(0, 200),
    trail,
    cursor: trail.at(-1),
    from: trail.length > 0 && Number.isSafeInteger(from) && from > 1 ? from : 1,
  };
}

/** The first page under a changed search or filter. */
export function narrowed(params: URLSearchParams, change: Change): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete("cursor");
  next.delete("from");
  for (const [name, value] of Object.entries(change))
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  return next;
}

/** The page behind `cursor`, after one of `rows` rows. */
export function nextPage(
  params: URLSearchParams,
  { cursor, rows }: { cursor: string; rows: number },
): URLSearchParams {
  const { trail, from } = readPlace(params);
  return at(params, { trail: [...trail, cursor].slice(-trailMax), from: from + rows });
}

/** The page before; null on the first. */
export function previousPage(params: URLSearchParams): URLSearchParams | null {
  const { trail, from } = readPlace(params);
  if (trail.length === 0) return null;
  return at(params, { trail: trail.slice(0, -1), from: Math.max(1, from - pageSize) });
}

function at(
  params: URLSearchParams,
  { trail, from }: { trail: readonly string[]; from: number },
): URLSearchParams {
  const next = narrowed(params, {});
  for (const cursor of trail) next.append("cursor", cursor);
  if (trail.length > 0) next.set("from", String(from));
  return next;
}
