"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { lazy } from "react";
import { readSearchFilters } from "@/components/lists/search-filters";
import { quotaText, rateText } from "@/components/plans/limit-words";
import { SettingsList } from "@/components/settings/settings-list";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { plans } from "@/lib/client/plans";
import type { Plan } from "@/lib/plans/schema";

const PlanDialog = lazy(async () => ({
  default: (await import("@/components/plans/plan-dialog")).PlanDialog,
}));

/** The tiers that keys and customers are on. */
export function Plans() {
  const search = useSearchParams();
  const query = useQuery(plans.list(readSearchFilters(new URLSearchParams(search))));
  return (
    <SettingsList
      current="plans"
      query={query}
      things="Plans"
      stillWorks="Limits still hold: the gateway does not need this page."
      create={{
        thing: "plan",
        scope: "create:plans",
        label: "Create plan",
        firstLabel: "Create the first plan",
      }}
      search={{ label: "Search plans", placeholder: "Search name or description" }}
      first={{
        title: "No plans yet",
        text: "A plan is a named tier of rate limits and quotas. A key without plan and limits is unlimited.",
      }}
      noMatch={{ title: (q) => `No plan matches “${q}”`, text: "Name and description are searched." }}
      dialog={(close) => (
        <PlanDialog
          plan={null}
          onClose={close}
          onSaved={(saved) => {
            close();
            toast({ text: `${saved.name} created. No key is on it yet.` });
          }}
        />
      )}
    >
      {(rows) => <PlanTable rows={rows} />}
    </SettingsList>
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
