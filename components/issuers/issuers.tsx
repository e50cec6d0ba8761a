"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense } from "react";
import { IssuerStatus, keySourceText } from "@/components/issuers/issuer-words";
import { ListSearch } from "@/components/lists/list-search";
import { ListView } from "@/components/lists/list-view";
import { readSearchFilters } from "@/components/lists/search-filters";
import { useListAddress } from "@/components/lists/use-list-address";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
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
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go, amend } = useAddressBar();
  const query = useQuery(issuers.list(readSearchFilters(new URLSearchParams(search))));
  const mayCreate = usePermission("create:issuers");
  const create = () => {
    if (mayCreate.allowed) go({ create: "issuer" });
  };
  useShortcut("c", create);
  return (
    <SettingsFrame
      current="issuers"
      actions={
        <Button
          kind="primary"
          size={28}
          icon={<Icon of={Plus} />}
          hint="C"
          why={mayCreate.why}
          onClick={create}
        >
          Register issuer
        </Button>
      }
    >
      <ListView
        query={query}
        address={address}
        things="Issuers"
        stillWorks="Tokens are still judged: the gateway does not need this page."
        isNarrowed={q !== ""}
        toolbar={
          <ListSearch label="Search issuers" placeholder="Search name or issuer" q={q} onSearch={seek} />
        }
        first={
          <EmptyFirst
            title="No JWT issuers yet"
            text="Register who signs your users' tokens, and the gateway takes their JWTs as credentials. Until then tokens are passed to upstreams unread."
            actions={
              <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
                Register the first issuer
              </Button>
            }
          />
        }
        noMatch={
          <NoMatch
            title={`No issuer matches “${q}”`}
            text="Name and iss are searched."
            actions={<Button onClick={() => narrow({ q: null })}>Clear search</Button>}
          />
        }
      >
        {(rows) => <IssuerTable rows={rows} />}
      </ListView>
      {search.get("create") === "issuer" && mayCreate.allowed && (
        <Suspense>
          <IssuerDialog
            issuer={null}
            nonce={nonce}
            onClose={() => amend({ create: null })}
            onSaved={(saved) => {
              toast({ text: `${saved.name} registered. Its tokens count from now on.` });
              router.push(`/settings/issuers/${saved.id}`);
            }}
          />
        </Suspense>
      )}
    </SettingsFrame>
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
