import { pageSize, readPlace } from "@/components/lists/list-address";

/** What the API is asked for an address of a list that is narrowed by its search alone. */
export function readSearchFilters(params: URLSearchParams) {
  const { q, cursor } = readPlace(params);
  return {
    limit: pageSize,
    ...(q === "" ? {} : { q }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
