"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { RefusalNote } from "@/components/forms/refusal-note";
import { usePermission } from "@/components/shell/permissions";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { agoText } from "@/components/ui/words/when";
import { keys } from "@/lib/client/keys";
import { ProblemError } from "@/lib/client/request/problem-error";
import { removeScope, scopes } from "@/lib/client/people/scopes";
import type { ScopeEntry } from "@/lib/scopes/schema";

/** Asks before a scope goes. One that a key, a role or a ceiling names stays, and the dialog says how many do. */
export function DeleteScope({ scope, onClose }: { scope: ScopeEntry; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeScope(scope.name),
    onSuccess: () => {
      onClose();
      toast({ text: `${scope.name} deleted.` });
      return client.invalidateQueries({ queryKey: scopes.all });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${scope.name}?`}
      description="A scope that keys, roles or ceilings name stays until they do not."
      confirm="Delete scope"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <Holders scope={scope.name} />
      <RefusalNote error={refusal(remove.error)} />
    </ConfirmDialog>
  );
}

/** Keys that were given it themselves, the one used last first. */
function Holders({ scope }: { scope: string }) {
  const mayRead = usePermission("read:keys").allowed;
  const [openedMs] = useState(() => Date.now());
  const { data } = useQuery({ ...keys.list({ scope, sort: "lastUsed", limit: 4 }), enabled: mayRead });
  if (data === undefined || data.items.length === 0) return null;
  const rest = (data.total ?? 0) - data.items.length;
  return (
    <>
      <UsedLast
        items={data.items.map(({ name, status, lastUsedAt }) => ({
          name,
          used:
            status === "revoked"
              ? "revoked"
              : lastUsedAt === null
                ? "never used"
                : `used ${agoText(lastUsedAt, openedMs)}`,
          recent:
            status !== "revoked" && lastUsedAt !== null && openedMs - Date.parse(lastUsedAt) < 86_400_000,
        }))}
      />
      {rest > 0 && <p className="small muted">and {rest.toLocaleString("en")} more</p>}
    </>
  );
}

/** `2 keys, 1 role` after the API's sentence. */
function refusal(error: Error | null): { message: string } | null {
  if (!(error instanceof ProblemError) || error.kind !== "conflict") return error;
  const parts = (["keys", "roles", "customers"] as const).flatMap((name) => {
    const count = error.members[name];
    if (typeof count !== "number" || count === 0) return [];
    const noun = name === "customers" ? "ceilings" : name;
    return [`${count.toLocaleString("en")} ${count === 1 ? noun.slice(0, -1) : noun}`];
  });
  return { message: `${error.message} Named by ${parts.join(", ")}.` };
}
