"use client";
import { useQuery } from "@tanstack/react-query";
import { StackedBars } from "@/components/charts/stacked-bars";
import { percentText } from "@/components/overview/metrics";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { useSide } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { ExportMenu } from "@/components/usage/export-menu";
import { bytesText, type UsageSort, usageSorts } from "@/components/usage/groups";
import {
  askedOf,
  groupsAsked,
  isNarrowed,
  readUsageState,
  usageFilters,
  usagePeriods,
  usageSplits,
  type UsageState,
} from "@/components/usage/question";
import { FlaggedPlate, QuotasPlate } from "@/components/usage/usage-aside";
import { UsageTable } from "@/components/usage/usage-table";
import { UsageToolbar } from "@/components/usage/usage-toolbar";
import { Button, ButtonLink } from "@/components/ui/button";
import { Plate } from "@/components/ui/plate";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { useNow } from "@/components/ui/words/use-now";
import { dateText, durationText } from "@/components/ui/words/when";
import { usage } from "@/lib/client/records/usage";
import type { Usage } from "@/lib/usage/schema";

function Fact({ label, children }: { label: string; children: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the bars do not say. */
function Facts({ totals }: Pick<Usage, "totals">) {
  const latency = (us: number | null) => (us === null ? "—" : durationText(us));
  return (
    <dl className="facts usage-facts">
      <Fact label="Calls">{totals.requests.toLocaleString("en")}</Fact>
      <Fact label="Cost">{totals.cost.toLocaleString("en")}</Fact>
      <Fact label="Denied">{`${percentText(totals.deniedRate)}%`}</Fact>
      <Fact label="Error rate">{`${percentText(totals.errorRate)}%`}</Fact>
      <Fact label="p50">{latency(totals.p50Us)}</Fact>
      <Fact label="p95">{latency(totals.p95Us)}</Fact>
      <Fact label="In">{bytesText(totals.requestBytes)}</Fact>
      <Fact label="Out">{bytesText(totals.responseBytes)}</Fact>
    </dl>
  );
}

function Chart({ data }: { data: Usage }) {
  const now = useNow();
  const last = new Date(Date.parse(data.to) - 1).toISOString();
  return (
    <Plate
      title="Calls"
      note={
        <span suppressHydrationWarning>
          {dateText(data.from, now)} – {dateText(last, now)}
        </span>
      }
      padded={false}
    >
      <div className="pad">
        <Facts totals={data.totals} />
        <StackedBars
          label="Calls by outcome"
          bucketSeconds={data.bucketSeconds}
          columns={data.series.map(({ at, ok, limited, denied, error }) => ({
            at,
            values: [ok, limited, denied, error],
          }))}
        />
      </div>
    </Plate>
  );
}

function NoCalls({
  state,
  onClear,
  onWiden,
}: {
  state: UsageState;
  onClear: () => void;
  onWiden: () => void;
}) {
  const isCustomer = useSide() === "customer";
  if (isNarrowed(state))
    return (
      <NoMatch
        title="No calls match"
        text="Nothing was counted for this in the chosen time."
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  if (state.period !== "30d" && state.period !== "month")
    return (
      <EmptyFirst
        title="No calls in this time"
        text="Every call is counted by key, customer, service and route, minute by minute, from the first one on."
        actions={<Button onClick={onWiden}>Look at 30 days</Button>}
      />
    );
  return (
    <EmptyFirst
      title="Nothing has called yet"
      text="Every call is counted by key, customer, service and route, minute by minute, from the first one on."
      actions={
        <ButtonLink kind="primary" href={isCustomer ? "/keys" : "/start"}>
          {isCustomer ? "Keys" : "Start"}
        </ButtonLink>
      }
    />
  );
}

/** Whose quotas the page shows: those of what it is narrowed to. */
function quotasOf({ key, customer }: UsageState) {
  return { ...(key === null ? {} : { key }), ...(customer === null ? {} : { customer }) };
}

/** Who called what, how often, and what became of it. Range, split, order and filters stand in the address. */
export function UsagePage({ workspace }: { workspace: string }) {
  const { search, go } = useAddressBar();
  const now = useNow();
  const side = useSide();
  const state = readUsageState((name) => search.get(name));
  const sort: UsageSort = usageSorts.find((name) => name === search.get("sort")) ?? "requests";
  const { data, error, refetch } = useQuery(usage.by(state.split, groupsAsked(state, now)));
  const clear = () => go(Object.fromEntries(usageFilters.map((name) => [name, null])));
  const splits = side === "customer" ? usageSplits.filter(({ value }) => value !== "customer") : usageSplits;
  // While another split loads, the table still shows the one before.
  const shownSplit = usageSplits.find(({ value }) => value === data?.group)?.value ?? state.split;
  const only = (id: string) => {
    if (shownSplit === "key") go({ key: id, by: "service" });
    if (shownSplit === "customer") go({ customer: id, by: null });
    if (shownSplit === "service") go({ service: id, by: "route" });
  };
  return (
    <Page>
      <PageHead
        title="Usage"
        actions={
          <>
            <SegmentedControl
              label="Range"
              options={usagePeriods}
              value={state.period}
              onChange={(next) => go({ range: next === "7d" ? null : next })}
            />
            <ExportMenu question={askedOf(state, now)} />
          </>
        }
      />
      <UsageToolbar state={state} onFilter={(name, value) => go({ [name]: value })} />
      {error && !data && <QueryProblem things="Usage" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingRows label="Loading usage" />}
      {data?.totals.requests === 0 && (
        <NoCalls state={state} onClear={clear} onWiden={() => go({ range: "30d" })} />
      )}
      {data && data.totals.requests > 0 && (
        <div className="content stack">
          <div className="main-aside usage-top">
            <Chart data={data} />
            <aside className="stack" aria-label="Quotas and flagged keys">
              <QuotasPlate of={quotasOf(state)} />
              <FlaggedPlate />
            </aside>
          </div>
          <Plate
            title="Split"
            padded={false}
            aside={
              <SegmentedControl
                label="Split by"
                options={splits}
                value={state.split}
                onChange={(next) => go({ by: next === "key" ? null : next })}
              />
            }
          >
            <UsageTable
              usage={data}
              split={shownSplit}
              sort={sort}
              onSort={(by) => go({ sort: by === "requests" ? null : by })}
              onOnly={shownSplit === "route" || shownSplit === "status" ? undefined : only}
              workspace={workspace}
            />
          </Plate>
        </div>
      )}
    </Page>
  );
}
