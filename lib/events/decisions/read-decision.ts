import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import { decisionOf, decisionSelect, type DecisionRow } from "@/lib/events/stream/loaded-decision";
import type { Decision } from "@/lib/events/schema";

/** One decision by its id; `not-found` where it is unknown, not yet stored, or another customer's. */
export async function readDecision(actor: Actor, id: string): Promise<Decision> {
  requireScope(actor, "read:decisions");
  const { rows } = await sql().query<DecisionRow>(
    `select ${decisionSelect} from decision
     where workspace_id = $1 and id = $2 and ($3::text is null or customer_id = $3)`,
    [actor.workspaceId, id, customerOf(actor)],
  );
  const [row] = rows;
  if (row === undefined) throw new Problem("not-found", "No such decision.");
  return decisionOf(row);
}
