import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";

/**
 * Makes sure that a plan about to be named exists, and that it stays until the transaction ends. Nothing named is
 * fine. Throws `invalid` at `plan`.
 */
export async function requirePlan(
  tx: Tx,
  workspaceId: string,
  name: string | null | undefined,
): Promise<void> {
  if (name === null || name === undefined) return;
  const found = await tx.$queryRaw<unknown[]>`
    select 1 from plan where workspace_id = ${workspaceId} and name = ${name} for key share`;
  if (found.length === 0)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "plan", message: "there is no such plan" }],
    });
}
