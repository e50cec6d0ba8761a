"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { KeysPlate } from "@/components/customers/customer-keys";
import { useOwnScopes } from "@/components/roles/use-own-scopes";
import { DetailActions } from "@/components/shell/detail-actions";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { DetailState } from "@/components/states/detail-state";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { ScopeChip } from "@/components/ui/words/chips";
import { roles } from "@/lib/client/people/roles";
import type { Role } from "@/lib/roles/schema";
import { isInCatalogue, platformScopes } from "@/lib/scopes/catalogue";

const RoleDialog = lazy(async () => ({
  default: (await import("@/components/roles/role-dialog")).RoleDialog,
}));
const DeleteRole = lazy(async () => ({
  default: (await import("@/components/roles/delete-role")).DeleteRole,
}));

const crumb = { label: "Roles and scopes", href: "/settings/roles" };

/** One role: what it grants, and which keys have it. */
export function RolePage({ name, workspace }: { name: string; workspace: string }) {
  const detail = useQuery(roles.detail(name));
  if (detail.data) return <Shown role={detail.data} />;
  return <DetailState query={detail} thing="role" crumb={crumb} all="All roles" workspace={workspace} />;
}

function Shown({ role }: { role: Role }) {
  const router = useRouter();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const mayUpdate = usePermission("update:roles");
  const mayDestroy = usePermission("destroy:roles");
  const held = role.keyCount === 1 ? "1 key has it." : `${role.keyCount.toLocaleString("en")} keys have it.`;
  return (
    <Page>
      <PageHead
        title={role.name}
        crumb={crumb}
        facts={role.description !== "" && <span className="muted trunc">{role.description}</span>}
        actions={
          <DetailActions
            edit={{ why: mayUpdate.why, onEdit: () => setOpen("edit") }}
            remove={{
              label: "Delete role",
              why: mayDestroy.why || (role.keyCount > 0 && `${held} Take it from them first.`),
              onRemove: () => setOpen("delete"),
            }}
          />
        }
      />
      <div className="main-aside content">
        <div className="stack">
          <KeysPlate
            title="Keys that have it"
            filters={{ role: role.name }}
            empty="None. A role is given to a key where the key is created or edited."
          />
        </div>
        <aside className="stack" aria-label="What it grants">
          <GrantedPlate role={role} />
        </aside>
      </div>
      <Suspense>
        {open === "edit" && (
          <RoleDialog
            role={role}
            onClose={() => setOpen(null)}
            onSaved={() => {
              setOpen(null);
              toast({ text: `${role.name} saved. It holds from the next call on.` });
            }}
          />
        )}
        {open === "delete" && (
          <DeleteRole
            role={role}
            onClose={() => setOpen(null)}
            onDeleted={() => {
              toast({ text: `${role.name} deleted.` });
              router.push(crumb.href);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

function GrantedPlate({ role }: { role: Role }) {
  const own = useOwnScopes();
  const meaning = (scope: string) =>
    (isInCatalogue(scope) ? platformScopes[scope] : own.meanings.get(scope)) ?? "";
  return (
    <Plate title="Grants" note={`${role.scopes.length}`} padded={false}>
      <div className="pad">
        {role.scopes.length === 0 ? (
          <p className="muted">Nothing yet.</p>
        ) : (
          <ul className="grant-lines">
            {role.scopes.map((scope) => (
              <li key={scope}>
                <ScopeChip scope={scope} />
                {meaning(scope) !== "" && <span className="small muted">{meaning(scope)}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Plate>
  );
}
