"use client";
import { useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { NameAndDescription } from "@/components/forms/name-and-description";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { ScopePicker } from "@/components/keys/form/scope-picker";
import { readNewRole, readRoleChange, roleDraftOf, rolePlaces } from "@/components/roles/role-draft";
import { useOwnScopes } from "@/components/roles/use-own-scopes";
import { keys } from "@/lib/client/keys";
import { createRole, roles, updateRole } from "@/lib/client/people/roles";
import type { Role } from "@/lib/roles/schema";

export interface RoleDialogProps {
  /** The role to change; null makes one. */
  role: Role | null;
  onClose: () => void;
  /** Told of the role as it is stored now. */
  onSaved: (role: Role) => void;
}

function effect(role: Role | null): string {
  if (role === null) return "A named list of scopes. Keys that have it may do what it lists.";
  if (role.keyCount === 0) return "No key has it yet.";
  const held = role.keyCount === 1 ? "The key that has it" : `The ${role.keyCount} keys that have it`;
  return `${held} may do what it lists, from the next call on.`;
}

/** The form of a role. A role's name is its id, so it stays. */
export function RoleDialog({ role, onClose, onSaved }: RoleDialogProps) {
  const first = useRef<HTMLInputElement>(null);
  const own = useOwnScopes();
  const form = useDraftForm({
    first: () => roleDraftOf(role),
    judge: (draft) =>
      role === null
        ? sending(readNewRole(draft), (input, idempotencyKey) => createRole({ ...input, idempotencyKey }))
        : sending(readRoleChange(draft, role), (change) => updateRole({ ...change, name: role.name })),
    places: rolePlaces,
    touches: [roles.all, keys.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  return (
    <FormDialog
      form={form}
      title={role === null ? "Create role" : `Edit ${role.name}`}
      description={effect(role)}
      confirm={role === null ? "Create role" : "Save role"}
      busy={role === null ? "Creating" : "Saving"}
      initialFocus={first}
      onClose={onClose}
    >
      <NameAndDescription
        name={role === null ? { help: "Keys name it; it cannot change.", example: "billing" } : null}
        description={{ label: "Description", example: "What it is for" }}
        draft={draft}
        errors={errors}
        first={first}
        onChange={edit}
      />
      <ScopePicker
        none="none: it adds nothing yet"
        chosen={draft.scopes}
        known={own.names}
        meanings={own.meanings}
        error={errors["scopes"]}
        onChange={(scopes) => edit({ scopes })}
      />
    </FormDialog>
  );
}
