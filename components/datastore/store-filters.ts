import { pageSize, readPlace } from "@/components/lists/list-address";

/** What the API is asked for an address of the datastore. */
export function readStoreFilters(params: URLSearchParams) {
  const { q, cursor } = readPlace(params);
  const customer = params.get("customer");
  return {
    limit: pageSize,
    prefix: q,
    ...(customer === null ? {} : { customer }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
