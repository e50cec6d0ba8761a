"use client";
import { useQuery } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { lazy, useState } from "react";
import { readOwnScopeFilters } from "@/components/roles/roles-view";
import { ViewSwitch } from "@/components/roles/view-switch";
import { SettingsList } from "@/components/settings/settings-list";
import { usePermission } from "@/components/shell/permissions";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { ScopeChip } from "@/components/ui/words/chips";
import { scopes } from "@/lib/client/people/scopes";
import type { ScopeEntry } from "@/lib/scopes/schema";

const ScopeDialog = lazy(async () => ({
  default: (await import("@/components/roles/scope-dialog")).ScopeDialog,
}));
const DeleteScope = lazy(async () => ({
  default: (await import("@/components/roles/delete-scope")).DeleteScope,
}));

type Open = { task: "edit" | "delete"; scope: ScopeEntry };

/** The scopes of the workspace's own API, and what holding each means. */
export function OwnScopes() {
  const search = useSearchParams();
  const query = useQuery(scopes.list(readOwnScopeFilters(new URLSearchParams(search))));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <SettingsList
      current="roles"
      query={query}
      things="Scopes"
      stillWorks="Keys keep their scopes: the gateway does not need this page."
      create={{
        thing: "scope",
        scope: "create:roles",
        label: "Define scope",
        firstLabel: "Define the first scope",
      }}
      search={{ label: "Search scopes", placeholder: "Search name or description" }}
      first={{
        title: "No scopes of your own yet",
        text: "A scope such as read:invoices names one thing that a caller of your API may do. Rules and your own code ask for it.",
      }}
      noMatch={{
        title: (q) => `No scope of yours matches “${q}”`,
        text: "Name and description are searched. Latchkey's own scopes are in a list of their own.",
      }}
      views={<ViewSwitch />}
      dialog={(done) => (
        <ScopeDialog
          scope={null}
          onClose={done}
          onSaved={(saved) => {
            done();
            toast({ text: `${saved.name} defined. No key holds it yet.` });
          }}
        />
      )}
      dialogs={
        <>
          {open?.task === "edit" && (
            <ScopeDialog
              scope={open.scope}
              onClose={close}
              onSaved={(saved) => {
                close();
                toast({ text: `${saved.name} saved.` });
              }}
            />
          )}
          {open?.task === "delete" && <DeleteScope scope={open.scope} onClose={close} />}
        </>
      }
    >
      {(rows) => <ScopeTable rows={rows} onOpen={setOpen} />}
    </SettingsList>
  );
}

function ScopeTable({ rows, onOpen }: { rows: readonly ScopeEntry[]; onOpen: (open: Open) => void }) {
  const mayUpdate = usePermission("update:roles");
  const mayDestroy = usePermission("destroy:roles");
  return (
    <DataTable label="Your scopes" className="settings-list" cards>
      <thead>
        <tr>
          <th scope="col">Scope</th>
          <th scope="col">Holding it means</th>
          <th scope="col">Defined</th>
          <th scope="col">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((scope) => (
          <tr key={scope.name}>
            <td>
              <ScopeChip scope={scope.name} />
            </td>
            <td data-label="Means" className="cell-wide">
              {scope.description === "" ? (
                <span className="faint">not said</span>
              ) : (
                <span className="trunc" title={scope.description}>
                  {scope.description}
                </span>
              )}
            </td>
            <td data-label="Defined" className="muted">
              {scope.createdAt !== null && <Ago at={scope.createdAt} />}
            </td>
            <td className="num">
              <span className="row justify-end">
                <IconButton
                  label={`Edit ${scope.name}`}
                  icon={<Icon of={Pencil} />}
                  why={mayUpdate.why}
                  onClick={() => onOpen({ task: "edit", scope })}
                />
                <IconButton
                  label={`Delete ${scope.name}`}
                  icon={<Icon of={Trash2} />}
                  why={mayDestroy.why}
                  onClick={() => onOpen({ task: "delete", scope })}
                />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
