"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useKeyTask } from "@/components/keys/act/tasks";
import { Attention } from "@/components/overview/attention";
import { metricIds } from "@/components/overview/metrics";
import { readQuestion } from "@/components/overview/question";
import { TopKeys, TopServices } from "@/components/overview/tops";
import { Traffic } from "@/components/overview/traffic";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { useMayOpen } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows } from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { overview } from "@/lib/client/overview";

const ranges = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
] as const;
const environments = [
  { value: "live", label: "Live" },
  { value: "test", label: "Test" },
] as const;

const threeSteps = "Three steps: create a key, call a service, watch the decision arrive.";

/** What happens now and what needs someone. Range, environment and metric stand in the address. */
export function OverviewPage() {
  const start = useKeyTask();
  const { search, go } = useAddressBar();
  const { allowed, why } = usePermission("create:keys");
  const mayStart = useMayOpen()("/start");
  const question = readQuestion((name) => search.get(name));
  const { data, error, refetch } = useQuery(overview.of(question));
  const metric = metricIds.find((id) => id === search.get("metric")) ?? "requests";
  const create = () => {
    if (allowed) start({ kind: "create" });
  };
  useShortcut("c", create);
  const isFirstRun =
    data !== undefined &&
    data.counts.keys === 0 &&
    data.totals.requests === 0 &&
    data.previous.requests === 0;
  if (isFirstRun && question.environment === "live")
    return (
      <Page>
        <PageHead title="Overview" />
        <EmptyFirst
          title="Nothing has called yet"
          text={
            mayStart
              ? threeSteps
              : "Create a key and call a service with it: what becomes of it is counted here."
          }
          actions={
            mayStart ? (
              <ButtonLink kind="primary" href="/start">
                Start
              </ButtonLink>
            ) : (
              <Button kind="primary" icon={<Icon of={Plus} />} hint="C" why={why} onClick={create}>
                Create key
              </Button>
            )
          }
        />
      </Page>
    );
  return (
    <Page>
      <PageHead
        title="Overview"
        actions={
          <>
            <SegmentedControl
              label="Environment"
              options={environments}
              value={question.environment}
              onChange={(next) => go({ environment: next === "live" ? null : next })}
            />
            <SegmentedControl
              label="Range"
              options={ranges}
              value={question.range}
              onChange={(next) => go({ range: next === "7d" ? null : next })}
            />
            <Button kind="primary" size={28} icon={<Icon of={Plus} />} hint="C" why={why} onClick={create}>
              Create key
            </Button>
          </>
        }
      />
      {error && !data && <QueryProblem things="The overview" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingRows label="Loading the overview" />}
      {data && (
        <div className="content stack">
          <div className="overview-top">
            <Traffic
              data={data}
              metric={metric}
              onMetric={(next) => go({ metric: next === "requests" ? null : next })}
            />
            <Attention items={data.attention} />
          </div>
          <div className="two">
            <TopKeys items={data.topKeys} count={data.counts.keys} range={data.range} />
            <TopServices items={data.topServices} count={data.counts.services} />
          </div>
        </div>
      )}
    </Page>
  );
}
