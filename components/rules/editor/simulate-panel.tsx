"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Candidates } from "@/components/rules/candidates";
import { type triedDraft, type TrialCall, trialOf } from "@/components/rules/draft/trial";
import { readableMethod } from "@/components/rules/read-method";
import { useSettled } from "@/components/rules/draft/use-settled";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { decisions } from "@/lib/client/decisions";
import { keys } from "@/lib/client/keys";
import { ProblemError } from "@/lib/client/problem-error";
import { simulations } from "@/lib/client/trials";
import { services } from "@/lib/client/services";
import type { Decision } from "@/lib/events/schema";
import { methods } from "@/lib/rules/catalogue";

const none = "none";

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
  const recorded = useQuery({ ...decisions.detail(decisionId ?? ""), enabled: decisionId !== null });
  if (decisionId !== null && recorded.isPending) return <Frame note="Reading the recorded call" />;
  return <Panel key={recorded.data?.id ?? "own"} {...props} recorded={recorded.data ?? null} />;
}

function Frame({ note, children }: { note?: string | undefined; children?: React.ReactNode }) {
  return (
    <div className="ed-sec">
      <div className="row">
        <h2>Simulate</h2>
        {note !== undefined && <span className="small muted">{note}</span>}
      </div>
      {children}
    </div>
  );
}

function Panel({
  draft,
  service,
  recorded,
}: Omit<SimulatePanelProps, "decisionId"> & { recorded: Decision | null }) {
  const serviceList = useQuery({ ...services.list({ limit: 100 }), staleTime: 60_000 });
  const keyList = useQuery({ ...keys.list({ limit: 100, sort: "name" }), staleTime: 60_000 });
  const [own, setOwn] = useState<Partial<TrialCall>>({});
  const call: TrialCall = {
    method: readableMethod(recorded?.method ?? "") ?? "GET",
    path: recorded?.path ?? "/",
    service: recorded?.service ?? service ?? serviceList.data?.items[0]?.slug ?? "",
    credential: recorded?.credential?.id ?? null,
    ...own,
  };
  const set = (change: Partial<TrialCall>) => setOwn((was) => ({ ...was, ...change }));
  if (serviceList.isSuccess && serviceList.data.items.length === 0)
    return (
      <Frame>
        <p className="muted">There is no service yet to simulate a call to.</p>
      </Frame>
    );
  return (
    <Frame
      note={recorded === null ? "with this draft among today’s rules" : "a recorded call, with this draft"}
    >
      <div className="sim-form">
        <Select
          label="Method"
          size={28}
          options={methods.map((value) => ({ value, label: value }))}
          value={call.method}
          onChange={(method) => set({ method })}
        />
        <Input
          className="mono"
          size={28}
          aria-label="Path"
          value={call.path}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set({ path: event.target.value })}
        />
        <Select
          label="Service"
          size={28}
          options={(serviceList.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug }))}
          value={call.service === "" ? null : call.service}
          onChange={(slug) => set({ service: slug })}
        />
        <Select
          label="Credential"
          size={28}
          options={[
            { value: none, label: "no credential" },
            ...(keyList.data?.items ?? []).map(({ id, name, environment }) => ({
              value: id,
              label: name,
              note: environment,
            })),
          ]}
          value={call.credential ?? none}
          onChange={(credential) => set({ credential: credential === none ? null : credential })}
        />
      </div>
      <Outcome call={call} draft={draft} />
    </Frame>
  );
}

function Outcome({ call, draft }: { call: TrialCall; draft: SimulatePanelProps["draft"] }) {
  const asked = useSettled({ call, draft }, 250);
  const simulation = useQuery({
    ...simulations.of(trialOf(asked.call, asked.draft)),
    enabled: asked.draft !== null && asked.call.service !== "" && asked.call.path.startsWith("/"),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (draft === null) return <p className="muted">It runs as soon as the rule is valid.</p>;
  if (!call.path.startsWith("/")) return <p className="small t-deny">A path begins with /.</p>;
  if (simulation.isError) return <p className="small t-deny">{refusal(simulation.error)}</p>;
  if (!simulation.isSuccess) return <p className="muted">Judging.</p>;
  const { decision, trace } = simulation.data;
  return (
    <div className="sim-out" role="status">
      <p className="row">
        <VerdictWord verdict={decision.verdict} large>
          {decision.verdict === "allow" ? "Allowed" : "Denied"}
        </VerdictWord>
        <span className="muted trunc">{reasonText(decision)}</span>
      </p>
      <Candidates {...trace} />
    </div>
  );
}

function refusal(error: Error): string {
  if (!(error instanceof ProblemError) || error.errors.length === 0) return error.message;
  return error.errors.map(({ path, message }) => `${path} ${message}`).join("; ");
}

function reasonText({
  reason,
  rules,
  service,
}: {
  reason: string;
  rules: readonly string[];
  service: string | null;
}): string {
  if (rules.length > 0) return `by ${rules.join(", ")}`;
  if (reason === "NO_CREDENTIAL") return `${service ?? "the service"} is private and nothing was presented`;
  return reason === "DEFAULT_ALLOW" || reason === "DEFAULT_DENY"
    ? `by the default of ${service ?? "the service"}`
    : reason;
}
