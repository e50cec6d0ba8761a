"use client";
import { useState } from "react";
import { type TaskProps } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { useNow } from "@/components/ui/words/use-now";
import { agoText } from "@/components/ui/words/when";
import { revokeKey, revokeKeys } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

export interface RevokeDialogProps extends TaskProps {
  /** One or many; the dialog says when each was used last. */
  subjects: readonly Key[];
  onRevoked?: (() => void) | undefined;
}

/** Rows of "used last" that are named one by one. */
const namedMost = 6;
const recentMs = 86_400_000;

async function revoke({ ids, reason }: { ids: readonly string[]; reason: string }): Promise<void> {
  const [id] = ids;
  if (ids.length === 1 && id !== undefined) await revokeKey({ id, reason });
  else await revokeKeys({ ids: [...ids], reason });
}

/** Revokes keys for good, after saying what still uses them. */
export function RevokeDialog({ open, onClose, subjects, onRevoked }: RevokeDialogProps) {
  const now = useNow();
  const [reason, setReason] = useState("");
  const what = subjects.length === 1 ? (subjects[0]?.name ?? "key") : `${subjects.length} keys`;
  const change = useKeyChange({
    send: revoke,
    foresee: (key, { ids }) => (ids.includes(key.id) ? { ...key, status: "revoked", rotation: null } : key),
    onDone: () => {
      toast({
        tone: "done",
        text: `${what} revoked. ${subjects.length === 1 ? "It is" : "They are"} refused from now on.`,
      });
      onRevoked?.();
    },
    failed: () => `${what} could not be revoked.`,
  });
  const confirm = () => {
    change.mutate({ ids: subjects.map(({ id }) => id), reason });
    onClose();
  };
  const items = subjects.slice(0, namedMost).map(({ name, lastUsedAt }) => ({
    name,
    used: lastUsedAt === null ? "never used" : `used ${agoText(lastUsedAt, now)}`,
    recent: lastUsedAt !== null && now - Date.parse(lastUsedAt) < recentMs,
  }));
  const rest = subjects.length - items.length;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Revoke ${what}?`}
      description="Refused everywhere at once, and for good: a revoked key cannot be brought back. Its history stays."
      confirm={subjects.length === 1 ? "Revoke key" : `Revoke ${what}`}
      onConfirm={confirm}
    >
      <UsedLast items={rest > 0 ? [...items, { name: `${rest} more`, used: "" }] : items} />
      <Field label="Reason" aside="optional" help="Kept in the audit trail.">
        <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </ConfirmDialog>
  );
}
