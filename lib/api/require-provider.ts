import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";

/** Throws `forbidden` for a caller that is bound to one customer: rules and services are the whole workspace's. */
export function requireProvider(actor: Actor): void {
  if (customerOf(actor) !== null)
    throw new Problem(
      "forbidden",
      "Rules and services belong to the workspace; a customer's key cannot see or change them.",
    );
}
