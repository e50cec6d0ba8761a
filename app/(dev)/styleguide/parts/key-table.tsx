"use client";
import { Ellipsis, RefreshCw } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { MaskedKey } from "@/components/keys/masked-key";
import { Button, IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/form/choice";
import { SearchInput } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";
import { DataTable, NameCell, SortHead, Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { BulkBar, Pager } from "@/components/ui/table/pager";
import { ScopeList } from "@/components/ui/words/chips";
import { type StatusName, StatusWord } from "@/components/ui/words/status-word";
import { days } from "./sample";

const keys: readonly { name: string; masked: string; status: StatusName; used: string }[] = [
  { name: "checkout-web", masked: "lk_live_Tq81…x4Nd", status: "active", used: "just now" },
  { name: "mobile-gateway", masked: "lk_live_7yGs…1HoC", status: "active", used: "just now" },
  { name: "billing-worker", masked: "lk_live_4aF2…9fZk", status: "overlap", used: "4 s ago" },
  { name: "ledger-sync", masked: "lk_live_9Qm2…Tt4x", status: "expires-soon", used: "22 s ago" },
  { name: "ci-smoke", masked: "lk_test_1kZb…9SvL", status: "active", used: "12 min ago" },
  { name: "legacy-importer", masked: "lk_live_2nHv…6UiB", status: "revoked", used: "19 Nov" },
  { name: "invoice-mailer", masked: "lk_live_8cRd…5QwF", status: "disabled", used: "3 d ago" },
];

const statuses = [
  { value: "active", label: "Active" },
  { value: "revoked", label: "Revoked" },
];

export function KeyTable() {
  const [chosen, choose] = useState<readonly string[]>(["ci-smoke"]);
  const [status, setStatus] = useState<string | null>(null);
  const [used, setUsed] = useState<string | null>("30d");
  const toggle = (name: string) =>
    choose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <>
      <Toolbar>
        <SearchInput label="Search keys" placeholder="Search name, id, last four or label" hint="/" />
        <FilterChip label="Status" options={statuses} value={status} onChange={setStatus} />
        <FilterChip
          label="Last used"
          options={[{ value: "30d", label: "in 30 d" }]}
          value={used}
          onChange={setUsed}
        />
      </Toolbar>
      <DataTable label="Keys" className="keys">
        <thead>
          <tr>
            <th className="c-check">
              <Checkbox mixed aria-label="Select all on this page" />
            </th>
            <th scope="col">Name</th>
            <th scope="col">Key</th>
            <th scope="col">Scopes</th>
            <th scope="col">30 days</th>
            <th scope="col">Status</th>
            <SortHead sorted="descending" onSort={() => undefined}>
              Last used
            </SortHead>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key, at) => {
            const spent = key.status === "revoked";
            const look = [
              chosen.includes(key.name) ? "sel" : "",
              spent || key.status === "disabled" ? "quiet" : "",
            ];
            return (
              <tr key={key.name} className={look.join(" ")}>
                <td className="c-check">
                  <Checkbox
                    aria-label={key.name}
                    checked={chosen.includes(key.name)}
                    onChange={() => toggle(key.name)}
                  />
                </td>
                <td className="c-name">
                  <NameCell name={<Link href="/styleguide">{key.name}</Link>} id="key_8sLk3cWd" />
                </td>
                <td className="c-key">
                  <MaskedKey masked={key.masked} spent={spent} />
                </td>
                <td className="c-scopes">
                  <ScopeList scopes={["read:invoices", "write:payments", "read:search"]} most={2} />
                </td>
                <td className="c-spark">
                  <Sparkline days={days(1 + (at % 3))} />
                </td>
                <td className="c-status">
                  <StatusWord status={key.status} />
                </td>
                <td className="c-used">{key.used}</td>
                <td className="c-more">
                  <IconButton label={`More for ${key.name}`} icon={<Icon of={Ellipsis} />} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </DataTable>
      <Pager
        from={1}
        count={25}
        total={187}
        onNext={() => undefined}
        hints={
          <>
            <Kbd>J</Kbd>
            <Kbd>K</Kbd> move <Kbd>X</Kbd> select <Kbd>R</Kbd> rotate
          </>
        }
      />
      <BulkBar count={chosen.length}>
        <Button kind="ghost" size={28} icon={<Icon of={RefreshCw} />}>
          Rotate
        </Button>
        <Button kind="ghost-danger" size={28}>
          Revoke
        </Button>
        <span className="bulk-sep" />
        <Button kind="ghost" size={28} hint="Esc" onClick={() => choose([])}>
          Clear
        </Button>
      </BulkBar>
    </>
  );
}
