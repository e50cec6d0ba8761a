"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { DecisionTable } from "@/components/decisions/decision-row";
import { useLiveList } from "@/components/live/use-live-list";
import { QueryProblem } from "@/components/states/query-problem";
import { Listening, LoadingRows } from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { decisions } from "@/lib/client/records/decisions";
import type { Decision } from "@/lib/events/schema";

const most = 100;

function Live({ keyId, initial }: { keyId: string; initial: readonly Decision[] }) {
  const router = useRouter();
  const { view, setPaused } = useLiveList({
    name: keyId,
    initial,
    source: (shown) => decisions.live({ credential: keyId }, shown),
  });
  if (view.rows.length === 0)
    return <Listening title="Listening" text="The next call with this key appears here, allowed or not." />;
  return (
    <>
      <div className="toolbar">
        <span className="small muted" role="status">
          {view.state === "live" ? "Live" : view.state === "lost" ? "Not live" : "Connecting"}, newest first
        </span>
        <span className="grow" />
        <span className="row">
          <ButtonLink size={28} href={`/decisions?credential=${keyId}`}>
            All decisions of this key
          </ButtonLink>
          <Button size={28} onClick={() => setPaused(!view.paused)}>
            {view.paused ? `Resume${view.waiting > 0 ? `, ${view.waiting} waiting` : ""}` : "Pause"}
          </Button>
        </span>
      </div>
      <div className="key-decisions">
        <DecisionTable
          label="Decisions of this key"
          rows={view.rows.slice(0, most)}
          openId={null}
          arrived={view.arrived}
          onOpen={(id) => router.push(`/decisions/${id}`)}
        />
      </div>
    </>
  );
}

/** What was decided for one key, as it happens. */
export function KeyDecisions({ keyId }: { keyId: string }) {
  const { data, error, refetch } = useInfiniteQuery({
    ...decisions.list({ credential: keyId }),
    refetchOnWindowFocus: false,
  });
  if (error && !data) return <QueryProblem things="Decisions" error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows label="Loading decisions" height={32} />;
  return <Live keyId={keyId} initial={data.pages[0]?.items ?? []} />;
}
