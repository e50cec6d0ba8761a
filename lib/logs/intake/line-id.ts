import { createHash } from "node:crypto";
import { newId } from "@/lib/db/id";

/** Whose line it is. */
interface LineOf {
  customerId: string | null;
  serviceId: string | null;
}

/**
 * The id of a line. One made from the writer's own is the same whenever it is sent again, and another one for each
 * customer and each service: nobody can occupy somebody else's, and services that count from 1 lose no line to each other.
 */
export function lineId(givenId: string | null, { customerId, serviceId }: LineOf): string {
  if (givenId === null) return newId("log");
  const digest = createHash("sha256")
    .update(JSON.stringify([customerId, serviceId, givenId]))
    .digest("hex");
  return `log_${digest.slice(0, 32)}`;
}
