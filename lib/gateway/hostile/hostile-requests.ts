import { hostileBodies } from "@/lib/gateway/hostile/bodies";
import { hostileFraming } from "@/lib/gateway/hostile/framing";
import { hostileHeads } from "@/lib/gateway/hostile/heads";
import { hostilePaths } from "@/lib/gateway/hostile/paths";
import type { HostileRequest } from "@/lib/gateway/hostile/request";

/** What the service that is attacked denies; all else it allows. It takes `/ADMIN` for `/admin`. */
export const hostileRules: readonly object[] = [
  { name: "no-admin", effect: "deny", when: { route: "/admin/**" } },
  { name: "no-deleting", effect: "deny", when: { method: "DELETE" } },
  {
    name: "no-admin-role",
    effect: "deny",
    when: { route: "/reports", any: [{ header: { "x-role": "admin" } }, { query: { role: "admin" } }] },
  },
  {
    name: "no-large-transfers",
    effect: "deny",
    when: { route: "/transfers", body: { amount: { gt: 100 } } },
  },
];

/** Every request, by kind. Each has a name of its own. */
export const hostileRequests: readonly HostileRequest[] = [
  ...hostilePaths,
  ...hostileHeads,
  ...hostileFraming,
  ...hostileBodies,
];
