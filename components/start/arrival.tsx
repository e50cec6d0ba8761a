"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { metalOf } from "@/components/decisions/decision-row";
import { stepsOf } from "@/components/decisions/steps";
import { determinedBy, Why } from "@/components/decisions/why";
import { Metal } from "@/components/keys/masked-key";
import { useLiveList } from "@/components/live/use-live-list";
import { Ago } from "@/components/ui/words/ago";
import { RouteText } from "@/components/ui/words/chips";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { clockText, durationText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import type { Decision } from "@/lib/events/schema";

const none: readonly Decision[] = [];

export interface ArrivalProps {
  keyId: string;
  /** Draws what arrived, knowing whether anything did. */
  children: (arrived: boolean, body: ReactNode) => ReactNode;
}

/** Listens for the key's calls and shows the newest. */
export function Arrival({ keyId, children }: ArrivalProps) {
  const { view } = useLiveList({
    name: keyId,
    initial: none,
    source: (shown) => decisions.live({ credential: keyId }, shown),
  });
  const { rows, state } = view;
  const [newest] = rows;
  const words = state === "live" ? "Listening" : state === "connecting" ? "Connecting" : "Reconnecting";
  const body = (
    <div className="arrive" role="status">
      <div className="arrive-head">
        <span className="row small">
          {state === "live" && <i className="live" />}
          {words}
        </span>
        <span className="grow" />
        <span className="small muted">
          {newest === undefined
            ? "Nothing yet"
            : rows.length === 1
              ? "First call, "
              : `${rows.length} calls, the last `}
          {newest !== undefined && <Ago at={newest.at} />}
        </span>
      </div>
      {newest !== undefined && <Arrived key={newest.id} decision={newest} />}
    </div>
  );
  return children(newest !== undefined, body);
}

const verdictWords = { allow: "Allowed", deny: "Denied", limited: "Limited" } as const;

/** From here on checking a secret is the first check of it, which is slow on purpose, µs. */
const firstCheckUs = 5_000;

function Arrived({ decision }: { decision: Decision }) {
  const { verdict, credential, latencyUs, status } = decision;
  const { ourUs } = stepsOf(latencyUs);
  const isFirstCheck = latencyUs.authenticate >= firstCheckUs;
  const usualUs = isFirstCheck ? Math.max(0, ourUs - latencyUs.authenticate) : ourUs;
  return (
    <>
      <div className="arrive-row arriving">
        <code className="faint">{clockText(decision.at)}</code>
        <VerdictWord verdict={verdict} />
        <span className="row">
          <Metal of={metalOf(credential)} />
          {credential?.name ?? "no credential"}
        </span>
        <RouteText method={decision.method} path={decision.path} />
        <span className="muted a-rule">{determinedBy(decision)}</span>
        <span className="num">{status}</span>
        <span className="num muted">{durationText(latencyUs.total)}</span>
      </div>
      <div className="arrive-why">
        <p>
          {verdictWords[verdict]}: <Why decision={decision} /> Our part took <b>{durationText(usualUs)}</b>
          {isFirstCheck
            ? `, the first check of the secret ${durationText(latencyUs.authenticate)} once.`
            : "."}
        </p>
        <Link href={`/decisions/${decision.id}`}>Explain</Link>
      </div>
    </>
  );
}
