"use client";
import { useState } from "react";
import { MaskedKey } from "@/components/keys/masked-key";
import { Sparkline } from "@/components/charts/sparkline";
import { Checkbox } from "@/components/ui/form/choice";
import { Plate } from "@/components/ui/plate";
import { DataTable, NameCell, SortHead, Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { Pager } from "@/components/ui/table/pager";
import { Section } from "./section";
import { days } from "./sample";

const rows = ["Rest", "Selected", "Spent"] as const;
const looks = { Rest: "", Selected: "sel", Spent: "quiet" };

export function Tables() {
  const [sorted, setSorted] = useState<"ascending" | "descending">("descending");
  const [status, setStatus] = useState<string | null>("active");
  const [environment, setEnvironment] = useState<string | null>(null);
  return (
    <Section
      title="Table"
      text="44 for things, 36 for lists inside plates, 32 for streams. Numbers end-aligned, one unit per column."
    >
      <div>
        <Toolbar>
          <FilterChip
            label="Status"
            value={status}
            onChange={setStatus}
            options={[
              { value: "active", label: "Active" },
              { value: "revoked", label: "Revoked" },
            ]}
          />
          <FilterChip
            label="Environment"
            value={environment}
            onChange={setEnvironment}
            options={[
              { value: "live", label: "Live" },
              { value: "test", label: "Test" },
            ]}
          />
        </Toolbar>
        <Plate padded={false}>
          <DataTable label="Sample" kind="plate">
            <thead>
              <tr>
                <th>
                  <Checkbox mixed aria-label="Select all" />
                </th>
                <th scope="col">State</th>
                <th scope="col">Key</th>
                <th scope="col">30 days</th>
                <SortHead
                  numeric
                  sorted={sorted}
                  onSort={() => setSorted(sorted === "ascending" ? "descending" : "ascending")}
                >
                  Requests
                </SortHead>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={row} className={looks[row]}>
                  <td>
                    <Checkbox aria-label={row} defaultChecked={row === "Selected"} />
                  </td>
                  <td>
                    <NameCell name={<b>{row}</b>} id="key_8sLk3cWd" />
                  </td>
                  <td>
                    <MaskedKey masked="lk_live_Tq81…x4Nd" spent={row === "Spent"} />
                  </td>
                  <td>
                    <Sparkline days={days(at + 1)} />
                  </td>
                  <td className="num">1,410,233</td>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </Plate>
        <Pager from={1} count={25} total={187} onNext={() => undefined} />
      </div>
    </Section>
  );
}
