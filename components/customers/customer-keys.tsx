"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { isOver, statusOf } from "@/components/keys/key-state";
import { MaskedKey } from "@/components/keys/masked-key";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { ScopeList } from "@/components/ui/words/chips";
import { StatusWord } from "@/components/ui/words/status-word";
import { useNow } from "@/components/ui/words/use-now";
import { keys, type KeyFilters } from "@/lib/client/keys";
import type { Customer } from "@/lib/customers/schema";
import type { Key } from "@/lib/keys/schema";

/** The customer's keys that were used last, at most ten. */
export function CustomerKeys({ customer }: { customer: Customer }) {
  const mayCreate = usePermission("create:keys").allowed;
  const id = encodeURIComponent(customer.id);
  return (
    <KeysPlate
      title="Keys"
      filters={{ customer: customer.id }}
      empty="It has no key yet. Its keys stay within its ceiling and share its limits."
      create={mayCreate && customer.status === "active" ? `/keys?create=key&customer=${id}` : undefined}
    />
  );
}

export interface KeysPlateProps {
  title: string;
  /** Which keys; the same filter is that of the link to all of them. */
  filters: Pick<KeyFilters, "customer" | "role" | "plan">;
  /** Said where there is none. */
  empty: string;
  /** Where one more is created; absent where none can be. */
  create?: string | undefined;
}

/** A few keys of a kind, with the way to all of them. */
export function KeysPlate({ title, filters, empty, create }: KeysPlateProps) {
  const permission = usePermission("read:keys");
  const list = useQuery({
    ...keys.list({ ...filters, limit: 10, sort: "lastUsed" }),
    enabled: permission.allowed,
  });
  const rows = list.data?.items ?? [];
  const { customer } = filters;
  const all = customer === undefined ? null : `/keys?customer=${encodeURIComponent(customer)}`;
  return (
    <Plate
      title={title}
      note={list.data?.total === undefined ? undefined : list.data.total.toLocaleString("en")}
      padded={false}
      className="recent"
      aside={
        <>
          {create !== undefined && (
            <ButtonLink kind="ghost" size={28} icon={<Icon of={Plus} />} href={create}>
              Create key
            </ButtonLink>
          )}
          {rows.length > 0 && all !== null && <Link href={all}>All</Link>}
        </>
      }
    >
      {!permission.allowed && <p className="plate-line muted">{permission.why}</p>}
      {list.isPending && permission.allowed && <LoadingRows label="Loading keys" rows={3} height={36} />}
      {list.isError && <QueryProblem things="Keys" error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <p className="plate-line muted">{empty}</p>}
      {rows.length > 0 && <KeyTable rows={rows} saysCustomer={customer === undefined} />}
    </Plate>
  );
}

/** `saysCustomer`: whose each key is, instead of what it may do. */
function KeyTable({ rows, saysCustomer }: { rows: readonly Key[]; saysCustomer: boolean }) {
  const now = useNow();
  return (
    <DataTable label="Keys" kind="plate" cards>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Key</th>
          <th scope="col" className={saysCustomer ? undefined : "c-wide"}>
            {saysCustomer ? "Customer" : "Grant"}
          </th>
          <th scope="col">Status</th>
          <th scope="col">Last used</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((key) => (
          <tr key={key.id} className={isOver(key) ? "quiet" : undefined}>
            <td>
              <Link className="plain" href={`/keys/${key.id}`} title={key.name}>
                {key.name}
              </Link>
            </td>
            <td data-label="Key">
              <MaskedKey masked={key.masked} spent={isOver(key)} />
            </td>
            <td
              data-label={saysCustomer ? "Customer" : "Grant"}
              className={saysCustomer ? undefined : "c-wide"}
            >
              {saysCustomer ? (
                (key.customerName ?? <span className="faint">your own</span>)
              ) : (
                <ScopeList scopes={key.grant} most={2} />
              )}
            </td>
            <td data-label="Status">
              <StatusWord status={statusOf(key, now)} />
            </td>
            <td data-label="Last used" className="muted">
              {key.lastUsedAt === null ? "never" : <Ago at={key.lastUsedAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
