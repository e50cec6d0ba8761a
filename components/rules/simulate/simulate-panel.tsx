"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keptParts, plainCall, type triedDraft, type TrialCall } from "@/components/rules/draft/trial";
import { readableMethod } from "@/components/rules/read-method";
import { CallForm } from "@/components/rules/simulate/call-form";
import { CallOutcome } from "@/components/rules/simulate/call-outcome";
import { decisions } from "@/lib/client/records/decisions";
import { services } from "@/lib/client/services";
import type { Decision } from "@/lib/events/schema";
import { isSubjectId } from "@/lib/issuers/format";
import type { Explained } from "@/lib/rules/ask/schema";

export interface SimulatePanelProps {
  /** The rule with its places, as it would be stored; null while it is not valid. */
  draft: ReturnType<typeof triedDraft> | null;
  /** Slug of a service to begin with. */
  service: string | null;
  /** A recorded decision to begin with. */
  decisionId: string | null;
}

/** Judges one call with the draft among today's rules, at every change of either. */
export function SimulatePanel({ decisionId, ...props }: SimulatePanelProps) {
  const id = decisionId ?? "";
  const recorded = useQuery({ ...decisions.detail(id), enabled: decisionId !== null });
  const explained = useQuery({ ...decisions.explanation(id), enabled: decisionId !== null, retry: false });
  if (decisionId !== null && (recorded.isPending || explained.isPending))
    return <Frame note="Reading the recorded call" />;
  return (
    <Panel
      key={recorded.data?.id ?? "own"}
      {...props}
      recorded={recorded.data ?? null}
      kept={explained.data?.kept ?? null}
    />
  );
}

function Frame({ note, children }: { note?: string | undefined; children?: React.ReactNode }) {
  return (
    <section className="ed-sec" aria-label="Simulate">
      <div className="row">
        <h2>Simulate</h2>
        {note !== undefined && <span className="small muted">{note}</span>}
      </div>
      {children}
    </section>
  );
}

/** What a call begins as: the recorded one as far as it was kept, else one to the first service. */
function firstCall(
  recorded: Decision | null,
  { kept, service }: { kept: Explained["kept"] | null; service: string },
): TrialCall {
  return {
    ...plainCall,
    ...(kept === null ? {} : keptParts(kept)),
    method: readableMethod(recorded?.method ?? "") ?? "GET",
    path: recorded?.path ?? "/",
    service: recorded?.service ?? service,
    ...callerOf(recorded, kept),
    ip: recorded?.address ?? "",
  };
}

/** A JWT's subject is no key: it is called with again by the claims that were kept. */
function callerOf(
  recorded: Decision | null,
  kept: Explained["kept"] | null,
): Pick<TrialCall, "credential" | "imagined"> {
  const id = recorded?.credential?.id ?? null;
  if (id === null || !isSubjectId(id)) return { credential: id, imagined: null };
  return { credential: null, imagined: JSON.stringify({ token: kept?.token ?? {} }, null, 2) };
}

function Panel({
  draft,
  service,
  recorded,
  kept,
}: Omit<SimulatePanelProps, "decisionId"> & { recorded: Decision | null; kept: Explained["kept"] | null }) {
  const serviceList = useQuery({ ...services.list({ limit: 100 }), staleTime: 60_000 });
  const [own, setOwn] = useState<Partial<TrialCall>>({});
  const first = service ?? serviceList.data?.items[0]?.slug ?? "";
  const call: TrialCall = { ...firstCall(recorded, { kept, service: first }), ...own };
  if (serviceList.isSuccess && serviceList.data.items.length === 0)
    return (
      <Frame>
        <p className="muted">There is no service yet to simulate a call to.</p>
      </Frame>
    );
  return (
    <Frame note={recorded === null ? "one call, with this draft or without" : "a recorded call"}>
      <CallForm
        call={call}
        services={(serviceList.data?.items ?? []).map(({ slug }) => slug)}
        notKept={kept?.notKept ?? []}
        onChange={(change) => setOwn((was) => ({ ...was, ...change }))}
      />
      <CallOutcome call={call} draft={draft} />
    </Frame>
  );
}
