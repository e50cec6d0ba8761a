"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { KeysPlate } from "@/components/customers/customer-keys";
import { LimitFacts } from "@/components/plans/limit-words";
import { planUse } from "@/components/plans/plan-use";
import { DetailActions } from "@/components/shell/detail-actions";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { DetailState } from "@/components/states/detail-state";
import { LoadingRows } from "@/components/states/states";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { StatusWord } from "@/components/ui/words/status-word";
import { customers } from "@/lib/client/customers";
import { plans } from "@/lib/client/plans";
import type { Plan } from "@/lib/plans/schema";

const PlanDialog = lazy(async () => ({
  default: (await import("@/components/plans/plan-dialog")).PlanDialog,
}));
const DeletePlan = lazy(async () => ({
  default: (await import("@/components/plans/delete-plan")).DeletePlan,
}));

const crumb = { label: "Plans", href: "/settings/plans" };

/** One plan: what it limits, and who is on it. */
export function PlanPage({ name, workspace }: { name: string; workspace: string }) {
  const detail = useQuery(plans.detail(name));
  if (detail.data) return <Shown plan={detail.data} />;
  return (
    <DetailState
      query={detail}
      thing="plan"
      crumb={crumb}
      all="All plans"
      workspace={workspace}
      stillWorks="Its limits still hold: the gateway does not need this page."
    />
  );
}

function Shown({ plan }: { plan: Plan }) {
  const router = useRouter();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const mayUpdate = usePermission("update:plans");
  const mayDestroy = usePermission("destroy:plans");
  const used = planUse(plan);
  return (
    <Page>
      <PageHead
        title={plan.name}
        crumb={crumb}
        facts={plan.description !== "" && <span className="muted trunc">{plan.description}</span>}
        actions={
          <DetailActions
            edit={{ why: mayUpdate.why, onEdit: () => setOpen("edit") }}
            remove={{
              label: "Delete plan",
              why: mayDestroy.why || (used !== "" && `In use by ${used}. Give them another first.`),
              onRemove: () => setOpen("delete"),
            }}
          />
        }
      />
      <div className="main-aside content">
        <div className="stack">
          <CustomersOn plan={plan} />
          <KeysPlate
            title="Keys that name it themselves"
            filters={{ plan: plan.name }}
            empty="None. Keys of the customers above are on it through their customer."
          />
        </div>
        <aside className="stack" aria-label="About this plan">
          <Plate title="Each key may call" padded={false}>
            <div className="pad list">
              {plan.rateLimits.length + plan.quotas.length === 0 && <p className="muted">Unlimited.</p>}
              <LimitFacts {...plan} />
              <p className="small muted">
                Changed <Ago at={plan.updatedAt} />
              </p>
            </div>
          </Plate>
        </aside>
      </div>
      <Suspense>
        {open === "edit" && (
          <PlanDialog
            plan={plan}
            onClose={() => setOpen(null)}
            onSaved={() => {
              setOpen(null);
              toast({ text: `${plan.name} saved. It holds from the next call on.` });
            }}
          />
        )}
        {open === "delete" && (
          <DeletePlan
            plan={plan}
            onClose={() => setOpen(null)}
            onDeleted={() => {
              toast({ text: `${plan.name} deleted.` });
              router.push(crumb.href);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

function CustomersOn({ plan }: { plan: Plan }) {
  const mayRead = usePermission("read:customers");
  const list = useQuery({
    ...customers.list({ plan: plan.name, limit: 10 }),
    enabled: mayRead.allowed,
  });
  const rows = list.data?.items ?? [];
  return (
    <Plate
      title="Customers"
      note={list.data?.total === undefined ? undefined : list.data.total.toLocaleString("en")}
      padded={false}
      className="recent"
      aside={
        rows.length > 0 ? (
          <Link href={`/customers?plan=${encodeURIComponent(plan.name)}`}>All</Link>
        ) : undefined
      }
    >
      {!mayRead.allowed && <p className="plate-line muted">{mayRead.why}</p>}
      {list.isPending && mayRead.allowed && <LoadingRows label="Loading customers" rows={3} height={36} />}
      {list.isError && (
        <QueryProblem things="Customers" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && rows.length === 0 && <p className="plate-line muted">No customer is on it.</p>}
      {rows.length > 0 && (
        <DataTable label="Customers on this plan" kind="plate" cards>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">External id</th>
              <th scope="col" className="num">
                Keys
              </th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((customer) => (
              <tr key={customer.id} className={customer.status === "disabled" ? "quiet" : undefined}>
                <td>
                  <Link className="plain" href={`/customers/${customer.id}`}>
                    {customer.name}
                  </Link>
                </td>
                <td data-label="External id">
                  <code>{customer.externalId}</code>
                </td>
                <td data-label="Keys" className="num">
                  {customer.keyCount.toLocaleString("en")}
                </td>
                <td data-label="Status">
                  <StatusWord status={customer.status} />
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}
