"use client";
import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Rejudged } from "@/components/decisions/rejudged";
import { isSubject, wasJudged } from "@/components/decisions/was-judged";
import { sourceWords } from "@/components/decisions/sources";
import { Steps } from "@/components/decisions/steps";
import { Why } from "@/components/decisions/why";
import { DetailAside, DetailSteps } from "@/components/live/detail-aside";
import type { OpenRow } from "@/components/live/open-row";
import { usePermission } from "@/components/shell/permissions";
import { useMayOpen } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, NotFoundState } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { RouteText } from "@/components/ui/words/chips";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { momentText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { Decision } from "@/lib/events/schema";

const verdictWords = { allow: "Allowed", deny: "Denied", limited: "Limited" } as const;

/** One decision, from near to far: why, what was asked and by whom, where the time went, and every rule that had a say. */
export function Trace({ id, row, ...ways }: OpenRow<Decision>) {
  const decision = useQuery({
    ...decisions.detail(id),
    ...(row === undefined ? {} : { initialData: row }),
  });
  return (
    <DetailAside label="Explain">
      {decision.isSuccess ? (
        <Explained decision={decision.data} buttons={<DetailSteps {...ways} />} />
      ) : (
        <div className="detail-head">
          <div className="row">
            <span className="grow" />
            <DetailSteps {...ways} />
          </div>
          {decision.isPending && <LoadingRows label="Loading the decision" height={36} />}
          {decision.isError && <Unavailable error={decision.error} onRetry={() => void decision.refetch()} />}
        </div>
      )}
    </DetailAside>
  );
}

function Unavailable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isMissing = error instanceof ProblemError && error.kind === "not-found";
  return isMissing ? (
    <NotFoundState thing="decision" />
  ) : (
    <QueryProblem things="The decision" error={error} onRetry={onRetry} />
  );
}

function Explained({ decision, buttons }: { decision: Decision; buttons: ReactNode }) {
  const explanation = useExplanation(decision);
  const mayOpen = useMayOpen();
  const candidates = explanation.data?.trace?.candidates ?? [];
  const determining = candidates.find((candidate) => candidate.determining) ?? candidates[0];
  const draft = `/rules/${determining?.id ?? "new"}?simulate=${decision.id}`;
  return (
    <>
      <div className="detail-head">
        <div className="row">
          <VerdictWord verdict={decision.verdict} large>
            {verdictWords[decision.verdict]}
          </VerdictWord>
          <span className="grow" />
          {buttons}
        </div>
        <p className="why">
          <Why decision={decision} />
        </p>
        <Facts decision={decision} />
      </div>
      <Steps latencyUs={decision.latencyUs} />
      <div className="detail-sec">
        <h2>Candidates</h2>
        {decision.shadow !== null && (
          <p className="row shadow-said">
            <VerdictWord verdict={`would-${decision.shadow.verdict}`}>
              Shadow would {decision.shadow.verdict}
            </VerdictWord>
            <span className="muted trunc">by {decision.shadow.rules.join(", ")}</span>
          </p>
        )}
        <Rejudged decision={decision} explanation={explanation} />
      </div>
      {mayOpen(draft) && (
        <div className="detail-foot">
          <ButtonLink size={28} icon={<Icon of={FlaskConical} />} href={draft}>
            Simulate with changes
          </ButtonLink>
          {determining !== undefined && (
            <ButtonLink size={28} kind="ghost" href={`/rules/${determining.id}`}>
              Open rule
            </ButtonLink>
          )}
        </div>
      )}
    </>
  );
}

/** Asks what today's rules make of the recorded call. */
function useExplanation(decision: Decision) {
  const mayRead = usePermission("read:rules").allowed;
  return useQuery({
    ...decisions.explanation(decision.id),
    enabled: mayRead && wasJudged(decision),
    retry: false,
  });
}

function Facts({ decision }: { decision: Decision }) {
  const { credential, service } = decision;
  return (
    <dl className="facts2">
      <dt>Request</dt>
      <dd>
        <span className="trunc">
          <RouteText method={decision.method} path={decision.path} />
        </span>
      </dd>
      <dt>Service</dt>
      <dd>{service ?? <span className="faint">none</span>}</dd>
      <dt>Asked by</dt>
      <dd>{sourceWords[decision.source]}</dd>
      <dt>Credential</dt>
      <dd>
        {credential === null ? (
          <span className="faint">none was presented</span>
        ) : isSubject(decision) ? (
          <>
            <span className="trunc">{credential.name}</span>
            <code className="faint">JWT of {credential.prefix}</code>
          </>
        ) : (
          <>
            <Link className="trunc" href={`/keys/${credential.id}`}>
              {credential.name}
            </Link>
            <code className="faint">
              {credential.prefix}_{credential.secretId.slice(0, 4)}…
            </code>
          </>
        )}
      </dd>
      <dt>From</dt>
      <dd>
        <code>{decision.address ?? "unknown"}</code>
      </dd>
      <dt>Answered</dt>
      <dd>
        {decision.status} <span className="faint">{momentText(decision.at)}</span>
      </dd>
      <dt>Decision</dt>
      <dd>
        <code className="trunc">{decision.id}</code>
        <CopyButton text={decision.id} label="Copy decision id" />
      </dd>
      <dt>Ruleset</dt>
      <dd>
        v{decision.rulesetVersion}, <span className="trunc">{decision.node}</span>
      </dd>
    </dl>
  );
}
