import { pageSize, readPlace } from "@/components/lists/list-address";
import { oneOf } from "@/lib/client/request/read-unknown";

/** What the API is asked for an address of the table of customers. */
export function readCustomerFilters(params: URLSearchParams) {
  const { q, cursor } = readPlace(params);
  const status = oneOf(["active", "disabled"] as const, params.get("status"));
  const plan = params.get("plan");
  return {
    limit: pageSize,
    ...(q === "" ? {} : { q }),
    ...(status === null ? {} : { status }),
    ...(plan === null ? {} : { plan }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
