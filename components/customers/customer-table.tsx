import Link from "next/link";
import { LimitsLine } from "@/components/plans/limit-words";
import { DataTable, NameCell } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { ScopeList } from "@/components/ui/words/chips";
import { StatusWord } from "@/components/ui/words/status-word";
import type { Customer } from "@/lib/customers/schema";

/** `3`, or `3 of 10` where a number is set. */
export function keyCountText({ keyCount, keyCountMax }: Customer): string {
  const count = keyCount.toLocaleString("en");
  return keyCountMax === null ? count : `${count} of ${keyCountMax.toLocaleString("en")}`;
}

/** The customers of one page. */
export function CustomerTable({ rows }: { rows: readonly Customer[] }) {
  return (
    <DataTable label="Customers" className="customers" cards>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="num">
            Keys
          </th>
          <th scope="col">Plan</th>
          <th scope="col" className="c-wide">
            Shared limits
          </th>
          <th scope="col" className="c-wide">
            Ceiling
          </th>
          <th scope="col">Status</th>
          <th scope="col">Added</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((customer) => (
          <tr key={customer.id} className={customer.status === "disabled" ? "quiet" : undefined}>
            <td>
              <NameCell
                name={
                  <Link href={`/customers/${customer.id}`} title={customer.name}>
                    {customer.name}
                  </Link>
                }
                id={customer.externalId}
              />
            </td>
            <td data-label="Keys" className="num">
              {keyCountText(customer)}
            </td>
            <td data-label="Plan">{customer.plan ?? <span className="faint">none</span>}</td>
            <td data-label="Shared limits" className="c-wide">
              <LimitsLine {...customer} />
            </td>
            <td data-label="Ceiling" className="c-wide">
              <ScopeList scopes={customer.scopeCeiling} most={2} />
            </td>
            <td data-label="Status">
              <StatusWord status={customer.status} />
            </td>
            <td data-label="Added" className="muted">
              <Ago at={customer.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
