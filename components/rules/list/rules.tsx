"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { RuleTable } from "@/components/rules/list/rule-table";
import { templates } from "@/components/rules/templates";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { Pager } from "@/components/ui/table/pager";
import { rules } from "@/lib/client/rules/rules";
import { names } from "@/lib/client/names";
import { FindingsStrip } from "@/components/rules/findings/findings-strip";
import { FindingsTable } from "@/components/rules/findings/findings-table";
import { findingsByRule } from "@/components/rules/findings/words";
import { readFinding, readRuleFilters } from "@/components/rules/list/filters";

const effects = [
  { value: "allow", label: "allow" },
  { value: "deny", label: "deny" },
] as const;
const modes = [
  { value: "enforce", label: "Enforce" },
  { value: "shadow", label: "Shadow" },
  { value: "off", label: "Off" },
] as const;

const cleared = {
  q: null,
  effect: null,
  mode: null,
  service: null,
  finding: null,
  cursor: null,
  from: null,
} as const;

/** Every rule of the workspace. Search, filters and page stand in the address bar. */
export function Rules() {
  const { search, go } = useAddressBar();
  const router = useRouter();
  const filters = readRuleFilters(search);
  const { cursor, ...narrowing } = filters;
  const isNarrowed = Object.keys(narrowing).length > 0;
  const finding = readFinding(search);
  const list = useQuery(rules.matched(filters));
  const found = useQuery(rules.findings());
  const serviceList = useQuery(names.services());
  const mayCreate = usePermission("create:rules");
  const from = Number(search.get("from") ?? "1");
  useShortcut("c", () => {
    if (mayCreate.allowed) router.push("/rules/new");
  });
  const narrow = (change: Partial<Record<keyof typeof cleared, string | null>>) =>
    go({ ...change, cursor: null, from: null });
  const items = list.data?.items ?? [];
  const next = list.data?.nextCursor ?? null;
  return (
    <Page layout="fill">
      <PageHead
        title="Rules"
        count={list.data?.total}
        actions={
          <Button
            kind="primary"
            size={28}
            icon={<Icon of={Plus} />}
            hint="C"
            why={mayCreate.why}
            onClick={() => router.push("/rules/new")}
          >
            Write rule
          </Button>
        }
      />
      {finding === null && (items.length > 0 || isNarrowed || cursor !== undefined) && (
        <Toolbar>
          <Find key={filters.q ?? ""} q={filters.q ?? ""} onFind={(q) => narrow({ q })} />
          <FilterChip
            label="Effect"
            options={effects}
            value={filters.effect ?? null}
            onChange={(effect) => narrow({ effect })}
          />
          <FilterChip
            label="Mode"
            options={modes}
            value={filters.mode ?? null}
            onChange={(mode) => narrow({ mode })}
          />
          <FilterChip
            label="Service"
            options={(serviceList.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug }))}
            value={filters.service ?? null}
            onChange={(service) => narrow({ service })}
          />
        </Toolbar>
      )}
      <FindingsStrip
        items={found.data?.items ?? []}
        chosen={finding}
        onChoose={(next) => narrow({ finding: next })}
      />
      {finding !== null && (
        <FindingsTable items={found.data?.items ?? []} chosen={finding} omitted={found.data?.omitted ?? 0} />
      )}
      {finding === null && list.isPending && <LoadingRows label="Loading rules" />}
      {finding === null && list.isError && (
        <QueryProblem things="Rules" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {finding === null && list.isSuccess && items.length === 0 && isNarrowed && (
        <NoMatch
          title="No rule matches"
          text="Search and filters are the reason."
          actions={<Button onClick={() => go(cleared)}>Clear filters</Button>}
        />
      )}
      {finding === null && list.isSuccess && items.length === 0 && !isNarrowed && (
        <FirstRule mayCreate={mayCreate.allowed} />
      )}
      {finding === null && items.length > 0 && (
        <>
          <RuleTable items={items} findings={findingsByRule(found.data?.items ?? [])} />
          <Pager
            from={from}
            count={items.length}
            total={list.data?.total}
            onPrevious={cursor === undefined ? undefined : () => history.back()}
            onNext={next === null ? undefined : () => go({ cursor: next, from: String(from + items.length) })}
          />
        </>
      )}
    </Page>
  );
}

function Find({ q, onFind }: { q: string; onFind: (q: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(q);
  useShortcut("/", () => field.current?.focus());
  const apply = () => {
    if (typed.trim() !== q) onFind(typed.trim());
  };
  return (
    <SearchInput
      ref={field}
      label="Search rules"
      hint="/"
      placeholder="Search name or description"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
    />
  );
}

/** Nothing yet: what a rule is, and a few that most begin with. */
function FirstRule({ mayCreate }: { mayCreate: boolean }) {
  return (
    <div className="first-rule">
      <EmptyFirst
        title="No rules yet"
        text="A rule allows or denies calls in readable JSON. Until there is one, every service answers by its default."
        actions={
          mayCreate && (
            <ButtonLink icon={<Icon of={Plus} />} href="/rules/new">
              Write the first rule
            </ButtonLink>
          )
        }
      />
      {mayCreate && (
        <section className="template-grid" aria-label="Templates">
          {templates.map(({ id, title, text }) => (
            <Link key={id} className="next-card" href={`/rules/new?template=${id}`}>
              <b>{title}</b>
              <span>{text}</span>
            </Link>
          ))}
        </section>
      )}
    </div>
  );
}
