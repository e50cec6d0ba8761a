"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { lazy } from "react";
import { readSearchFilters } from "@/components/lists/search-filters";
import { ViewSwitch } from "@/components/roles/view-switch";
import { SettingsList } from "@/components/settings/settings-list";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { ScopeList } from "@/components/ui/words/chips";
import { roles } from "@/lib/client/people/roles";
import type { Role } from "@/lib/roles/schema";

const RoleDialog = lazy(async () => ({
  default: (await import("@/components/roles/role-dialog")).RoleDialog,
}));

/** The workspace's named lists of scopes, with how many keys have each. */
export function RoleList() {
  const search = useSearchParams();
  const query = useQuery(roles.list(readSearchFilters(new URLSearchParams(search))));
  return (
    <SettingsList
      current="roles"
      query={query}
      things="Roles"
      stillWorks="Keys keep what their roles grant: the gateway does not need this page."
      create={{
        thing: "role",
        scope: "create:roles",
        label: "Create role",
        firstLabel: "Create the first role",
      }}
      search={{ label: "Search roles", placeholder: "Search name or description" }}
      first={{
        title: "No roles yet",
        text: "A role is a named list of scopes. Change it, and every key that has it changes at once.",
      }}
      noMatch={{ title: (q) => `No role matches “${q}”`, text: "Name and description are searched." }}
      views={<ViewSwitch />}
      dialog={(close) => (
        <RoleDialog
          role={null}
          onClose={close}
          onSaved={(saved) => {
            close();
            toast({ text: `${saved.name} created. No key has it yet.` });
          }}
        />
      )}
    >
      {(rows) => <RoleTable rows={rows} />}
    </SettingsList>
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
