"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { ListSearch } from "@/components/lists/list-search";
import { ListView } from "@/components/lists/list-view";
import { readSearchFilters } from "@/components/lists/search-filters";
import { useListAddress } from "@/components/lists/use-list-address";
import { ViewSwitch } from "@/components/roles/view-switch";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable, Toolbar } from "@/components/ui/table/data-table";
import { ScopeList } from "@/components/ui/words/chips";
import { roles } from "@/lib/client/roles";
import type { Role } from "@/lib/roles/schema";

const RoleDialog = lazy(async () => ({
  default: (await import("@/components/roles/role-dialog")).RoleDialog,
}));

/** The workspace's named lists of scopes, with how many keys have each. */
export function RoleList() {
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go, amend } = useAddressBar();
  const query = useQuery(roles.list(readSearchFilters(new URLSearchParams(search))));
  const mayCreate = usePermission("create:roles");
  const create = () => {
    if (mayCreate.allowed) go({ create: "role" });
  };
  useShortcut("c", create);
  return (
    <SettingsFrame
      current="roles"
      actions={
        <Button
          kind="primary"
          size={28}
          icon={<Icon of={Plus} />}
          hint="C"
          why={mayCreate.why}
          onClick={create}
        >
          Create role
        </Button>
      }
    >
      <ListView
        query={query}
        address={address}
        things="Roles"
        stillWorks="Keys keep what their roles grant: the gateway does not need this page."
        isNarrowed={q !== ""}
        toolbar={
          <>
            <ViewSwitch />
            <ListSearch label="Search roles" placeholder="Search name or description" q={q} onSearch={seek} />
          </>
        }
        first={
          <>
            <Toolbar>
              <ViewSwitch />
            </Toolbar>
            <EmptyFirst
              title="No roles yet"
              text="A role is a named list of scopes. Change it, and every key that has it changes at once."
              actions={
                <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
                  Create the first role
                </Button>
              }
            />
          </>
        }
        noMatch={
          <NoMatch
            title={`No role matches “${q}”`}
            text="Name and description are searched."
            actions={<Button onClick={() => narrow({ q: null })}>Clear search</Button>}
          />
        }
      >
        {(rows) => <RoleTable rows={rows} />}
      </ListView>
      {search.get("create") === "role" && mayCreate.allowed && (
        <Suspense>
          <RoleDialog
            role={null}
            onClose={() => amend({ create: null })}
            onSaved={(saved) => {
              amend({ create: null });
              toast({ text: `${saved.name} created. No key has it yet.` });
            }}
          />
        </Suspense>
      )}
    </SettingsFrame>
  );
}

function RoleTable({ rows }: { rows: readonly Role[] }) {
  return (
    <DataTable label="Roles" className="settings-list" cards>
      <thead>
        <tr>
          <th scope="col">Role</th>
          <th scope="col">Scopes</th>
          <th scope="col" className="num">
            Keys
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((role) => (
          <tr key={role.name}>
            <td>
              <div className="cell-name">
                <Link href={`/settings/roles/${encodeURIComponent(role.name)}`}>{role.name}</Link>
                <span className="small faint trunc" title={role.description}>
                  {role.description === "" ? "No description" : role.description}
                </span>
              </div>
            </td>
            <td data-label="Scopes">
              {role.scopes.length === 0 ? (
                <span className="faint">none</span>
              ) : (
                <ScopeList scopes={role.scopes} most={3} />
              )}
            </td>
            <td data-label="Keys" className="num">
              {role.keyCount.toLocaleString("en")}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
