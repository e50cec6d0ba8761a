"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { ProblemError } from "@/lib/client/request/problem-error";
import { removeRole, roles } from "@/lib/client/people/roles";
import type { Role } from "@/lib/roles/schema";

export interface DeleteRoleProps {
  role: Role;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks before a role goes. One that a key has stays, and the dialog says how many do. */
export function DeleteRole({ role, onClose, onDeleted }: DeleteRoleProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeRole(role.name),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: roles.detail(role.name).queryKey });
      void client.invalidateQueries({ queryKey: roles.all });
    },
    onError: () => client.invalidateQueries({ queryKey: roles.all }),
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${role.name}?`}
      description="No key has it, revoked ones aside. It can be made again under the same name."
      confirm="Delete role"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <RefusalNote error={refusal(remove.error)} />
    </ConfirmDialog>
  );
}

function refusal(error: Error | null): { message: string } | null {
  if (!(error instanceof ProblemError)) return error;
  const held = error.members["keys"];
  return typeof held === "number" ? { message: `${error.message} (${held} now)` } : error;
}
