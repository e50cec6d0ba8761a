"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { lazy } from "react";
import { IssuerStatus, keySourceText } from "@/components/issuers/issuer-words";
import { readSearchFilters } from "@/components/lists/search-filters";
import { SettingsList } from "@/components/settings/settings-list";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable, NameCell } from "@/components/ui/table/data-table";
import { issuers } from "@/lib/client/issuers";
import type { Issuer } from "@/lib/issuers/schema";

const IssuerDialog = lazy(async () => ({
  default: (await import("@/components/issuers/issuer-dialog")).IssuerDialog,
}));

/** Whose JWTs are credentials at the gateway. `nonce`: the page's, for the JSON editor's own style sheet. */
export function Issuers({ nonce }: { nonce: string | undefined }) {
  const router = useRouter();
  const search = useSearchParams();
  const query = useQuery(issuers.list(readSearchFilters(new URLSearchParams(search))));
  return (
    <SettingsList
      current="issuers"
      query={query}
      things="Issuers"
      stillWorks="Tokens are still judged: the gateway does not need this page."
      create={{
        thing: "issuer",
        scope: "create:issuers",
        label: "Register issuer",
        firstLabel: "Register the first issuer",
      }}
      search={{ label: "Search issuers", placeholder: "Search name or issuer" }}
      first={{
        title: "No JWT issuers yet",
        text: "Register who signs your users' tokens, and the gateway takes their JWTs as credentials. Until then tokens are passed to upstreams unread.",
      }}
      noMatch={{ title: (q) => `No issuer matches “${q}”`, text: "Name and iss are searched." }}
      dialog={(close) => (
        <IssuerDialog
          issuer={null}
          nonce={nonce}
          onClose={close}
          onSaved={(saved) => {
            toast({ text: `${saved.name} registered. Its tokens count from now on.` });
            router.push(`/settings/issuers/${saved.id}`);
          }}
        />
      )}
    >
      {(rows) => <IssuerTable rows={rows} />}
    </SettingsList>
  );
}

function IssuerTable({ rows }: { rows: readonly Issuer[] }) {
  return (
    <DataTable label="JWT issuers" className="settings-list" cards>
      <thead>
        <tr>
          <th scope="col">Issuer</th>
          <th scope="col">Audiences</th>
          <th scope="col">Keys</th>
          <th scope="col">Algorithms</th>
          <th scope="col">Status</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((issuer) => (
          <tr key={issuer.id} className={issuer.disabled ? "quiet" : undefined}>
            <td>
              <NameCell
                name={<Link href={`/settings/issuers/${issuer.id}`}>{issuer.name}</Link>}
                id={issuer.issuer}
              />
            </td>
            <td data-label="Audiences" className="cell-trunc">
              <code className="trunc" title={issuer.audiences.join(", ")}>
                {issuer.audiences.join(", ")}
              </code>
            </td>
            <td data-label="Keys" className="muted">
              {keySourceText(issuer)}
            </td>
            <td data-label="Algorithms">
              <code className="one-line">{issuer.algorithms.join(", ")}</code>
            </td>
            <td data-label="Status">
              <IssuerStatus issuer={issuer} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
