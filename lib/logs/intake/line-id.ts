import { createHash } from "node:crypto";
import { newId } from "@/lib/db/id";

/**
 * The id of a line. One made from the writer's own is the same whenever it is sent again, and another one for each
 * customer, so that nobody can occupy somebody else's.
 */
export function lineId(givenId: string | null, customerId: string | null): string {
  if (givenId === null) return newId("log");
  const digest = createHash("sha256")
    .update(JSON.stringify([customerId, givenId]))
    .digest("hex");
  return `log_${digest.slice(0, 32)}`;
}
