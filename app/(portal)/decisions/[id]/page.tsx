import { notFound, redirect } from "next/navigation";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { Problem } from "@/lib/api/problem";
import { readDecision } from "@/lib/events/decisions/read-decision";

/** The address that goes with the id a refused caller was told: opens that decision beside its neighbours. */
export default async function DecisionPage({ params }: { params: Promise<{ id: string }> }) {
  const { actor } = await requirePortalSession();
  const { id } = await params;
  const decision = await readDecision(actor, id).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === "not-found") return null;
    throw error;
  });
  if (decision === null) notFound();
  const until = new Date(Date.parse(decision.at) + 60_000);
  const place = until.getTime() < Date.now() ? `&to=${until.toISOString()}` : "";
  redirect(`/decisions?view=history&open=${decision.id}${place}`);
}
