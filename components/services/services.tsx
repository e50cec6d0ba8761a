"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { DefaultVerdictWord, VisibilityTag } from "@/components/services/service-words";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable, NameCell, Toolbar } from "@/components/ui/table/data-table";
import { Pager } from "@/components/ui/table/pager";
import { usage } from "@/lib/client/records/usage";
import { names } from "@/lib/client/names";
import { services } from "@/lib/client/services";
import type { Service } from "@/lib/services/schema";

const ServiceDialog = lazy(async () => ({
  default: (await import("@/components/services/form/service-dialog")).ServiceDialog,
}));

export interface ServicesProps {
  gateway: string;
  /** Slug of the workspace. */
  workspace: string;
}

/** Everything that can be called through the gateway. Search and page stand in the address bar. */
export function Services({ gateway, workspace }: ServicesProps) {
  const { search, go, amend } = useAddressBar();
  const router = useRouter();
  const q = search.get("q") ?? "";
  const cursor = search.get("cursor");
  const from = Number(search.get("from") ?? "1");
  const list = useQuery(
    services.list({ ...(q === "" ? {} : { q }), ...(cursor === null ? {} : { cursor }) }),
  );
  const mayCreate = usePermission("create:services");
  const isCreating = search.get("create") === "service" && mayCreate.allowed;
  const create = () => go({ create: "service" });
  useShortcut("c", () => {
    if (mayCreate.allowed) create();
  });
  const button = (
    <Button kind="primary" size={28} icon={<Icon of={Plus} />} hint="C" why={mayCreate.why} onClick={create}>
      Create service
    </Button>
  );
  const items = list.data?.items ?? [];
  const next = list.data?.nextCursor ?? null;
  return (
    <Page layout="fill">
      <PageHead title="Services" count={list.data?.total} actions={button} />
      {(items.length > 0 || q !== "" || cursor !== null) && (
        <Toolbar>
          <Find key={q} q={q} />
        </Toolbar>
      )}
      {list.isPending && <LoadingRows label="Loading services" />}
      {list.isError && (
        <QueryProblem things="Services" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && items.length === 0 && (
        <Nothing
          q={q}
          onCreate={mayCreate.allowed ? create : undefined}
          onClear={() => go({ q: null, cursor: null, from: null })}
        />
      )}
      {items.length > 0 && (
        <>
          <ServiceTable items={items} />
          <Pager
            from={from}
            count={items.length}
            total={list.data?.total}
            onPrevious={cursor === null ? undefined : () => history.back()}
            onNext={next === null ? undefined : () => go({ cursor: next, from: String(from + items.length) })}
          />
        </>
      )}
      {isCreating && (
        <Suspense>
          <ServiceDialog
            service={null}
            gateway={gateway}
            workspace={workspace}
            onClose={() => amend({ create: null })}
            onSaved={(saved) => {
              toast({ text: `${saved.name} created. It is enforced from now on.` });
              router.push(`/services/${saved.id}`);
            }}
          />
        </Suspense>
      )}
    </Page>
  );
}

function Find({ q }: { q: string }) {
  const { amend } = useAddressBar();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(q);
  useShortcut("/", () => field.current?.focus());
  return (
    <SearchInput
      ref={field}
      label="Search services"
      hint="/"
      placeholder="Search name, slug or upstream"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") amend({ q: typed.trim(), cursor: null, from: null });
      }}
      onBlur={() => {
        if (typed.trim() !== q) amend({ q: typed.trim(), cursor: null, from: null });
      }}
    />
  );
}

function Nothing({
  q,
  onCreate,
  onClear,
}: {
  q: string;
  onCreate: (() => void) | undefined;
  onClear: () => void;
}): ReactNode {
  if (q !== "")
    return (
      <NoMatch
        title={`No service matches “${q}”`}
        text="Name, slug and upstream were searched."
        actions={<Button onClick={onClear}>Clear search</Button>}
      />
    );
  return (
    <EmptyFirst
      title="No services yet"
      text="A service stands behind the gateway: who may call it is judged before it is reached."
      actions={
        onCreate && (
          <Button icon={<Icon of={Plus} />} onClick={onCreate}>
            Create the first service
          </Button>
        )
      }
    />
  );
}

/** How many rules name the service, or null while unknown. */
function attachedTo(
  { id, slug }: Service,
  all: readonly { attachments: readonly { service?: string | undefined }[] }[] | undefined,
): number | null {
  if (all === undefined) return null;
  return all.filter((rule) =>
    rule.attachments.some((place) => place.service === slug || place.service === id),
  ).length;
}

function ServiceTable({ items }: { items: readonly Service[] }) {
  const mayReadRules = usePermission("read:rules").allowed;
  const mayReadUsage = usePermission("read:usage").allowed;
  const ruleList = useQuery({ ...names.rules(), enabled: mayReadRules });
  const week = useQuery({ ...usage.by("service", { range: "7d" }), enabled: mayReadUsage });
  const totals = new Map(week.data?.groups.map((group) => [group.id, group.totals]));
  return (
    <DataTable label="Services" cards>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Upstream</th>
          <th scope="col">Visibility</th>
          <th scope="col">By default</th>
          <th scope="col" className="num">
            Rules
          </th>
          <th scope="col" className="num">
            Calls, 7 d
          </th>
          <th scope="col" className="num">
            Errors
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((service) => {
          const calls = totals.get(service.id);
          const attached = attachedTo(service, ruleList.data?.items);
          return (
            <tr key={service.id}>
              <td>
                <NameCell
                  name={<Link href={`/services/${service.id}`}>{service.name}</Link>}
                  id={service.slug}
                />
              </td>
              <td data-label="Upstream" className="cell-trunc">
                <code className="trunc" title={service.upstream}>
                  {service.upstream}
                </code>
              </td>
              <td data-label="Visibility">
                <VisibilityTag of={service.visibility} />
              </td>
              <td data-label="By default">
                <DefaultVerdictWord of={service.defaultVerdict} />
              </td>
              <td data-label="Rules" className="num">
                {attached ?? "–"}
              </td>
              <td data-label="Calls, 7 d" className="num">
                {week.isSuccess ? (calls?.requests ?? 0).toLocaleString("en") : "–"}
              </td>
              <td data-label="Errors" className="num">
                {week.isSuccess ? (calls?.error ?? 0).toLocaleString("en") : "–"}
              </td>
            </tr>
          );
        })}
      </tbody>
    </DataTable>
  );
}
