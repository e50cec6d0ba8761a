"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { ListSearch } from "@/components/lists/list-search";
import { ListView } from "@/components/lists/list-view";
import { useListAddress } from "@/components/lists/use-list-address";
import { readSearchFilters } from "@/components/lists/search-filters";
import { quotaText, rateText } from "@/components/plans/limit-words";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { plans } from "@/lib/client/plans";
import type { Plan } from "@/lib/plans/schema";

const PlanDialog = lazy(async () => ({
  default: (await import("@/components/plans/plan-dialog")).PlanDialog,
}));

/** The tiers that keys and customers are on. */
export function Plans() {
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go, amend } = useAddressBar();
  const query = useQuery(plans.list(readSearchFilters(new URLSearchParams(search))));
  const mayCreate = usePermission("create:plans");
  const create = () => {
    if (mayCreate.allowed) go({ create: "plan" });
  };
  useShortcut("c", create);
  return (
    <SettingsFrame
      current="plans"
      actions={
        <Button
          kind="primary"
          size={28}
          icon={<Icon of={Plus} />}
          hint="C"
          why={mayCreate.why}
          onClick={create}
        >
          Create plan
        </Button>
      }
    >
      <ListView
        query={query}
        address={address}
        things="Plans"
        stillWorks="Limits still hold: the gateway does not need this page."
        isNarrowed={q !== ""}
        toolbar={
          <ListSearch label="Search plans" placeholder="Search name or description" q={q} onSearch={seek} />
        }
        first={
          <EmptyFirst
            title="No plans yet"
            text="A plan is a named tier of rate limits and quotas. A key without plan and limits is unlimited."
            actions={
              <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
                Create the first plan
              </Button>
            }
          />
        }
        noMatch={
          <NoMatch
            title={`No plan matches “${q}”`}
            text="Name and description are searched."
            actions={<Button onClick={() => narrow({ q: null })}>Clear search</Button>}
          />
        }
      >
        {(rows) => <PlanTable rows={rows} />}
      </ListView>
      {search.get("create") === "plan" && mayCreate.allowed && (
        <Suspense>
          <PlanDialog
            plan={null}
            onClose={() => amend({ create: null })}
            onSaved={(saved) => {
              amend({ create: null });
              toast({ text: `${saved.name} created. No key is on it yet.` });
            }}
          />
        </Suspense>
      )}
    </SettingsFrame>
  );
}

function Texts({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <span className="faint">unlimited</span>;
  return (
    <span className="one-line" title={texts.join("; ")}>
      {texts.join(" · ")}
    </span>
  );
}

function PlanTable({ rows }: { rows: readonly Plan[] }) {
  return (
    <DataTable label="Plans" className="settings-list" cards>
      <thead>
        <tr>
          <th scope="col">Plan</th>
          <th scope="col">Rate</th>
          <th scope="col">Quota</th>
          <th scope="col" className="num">
            Keys
          </th>
          <th scope="col" className="num">
            Customers
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((plan) => (
          <tr key={plan.name}>
            <td>
              <div className="cell-name">
                <Link href={`/settings/plans/${encodeURIComponent(plan.name)}`}>{plan.name}</Link>
                <span className="small faint trunc" title={plan.description}>
                  {plan.description === "" ? "No description" : plan.description}
                </span>
              </div>
            </td>
            <td data-label="Rate">
              <Texts texts={plan.rateLimits.map(rateText)} />
            </td>
            <td data-label="Quota">
              <Texts texts={plan.quotas.map(quotaText)} />
            </td>
            <td data-label="Keys" className="num">
              {plan.keyCount.toLocaleString("en")}
            </td>
            <td data-label="Customers" className="num">
              {plan.customerCount.toLocaleString("en")}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
