import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";

/** Throws `forbidden` for a caller that is bound to one customer: what is asked for is the whole workspace's. */
export function requireProvider(actor: Actor): void {
  if (customerOf(actor) !== null)
    throw new Problem(
      "forbidden",
      "This belongs to the workspace; a customer's key or session cannot see or change it.",
    );
}
