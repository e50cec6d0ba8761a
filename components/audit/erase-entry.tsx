"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Note } from "@/components/ui/plate";
import { momentText } from "@/components/ui/words/when";
import { auditChain, eraseEntries } from "@/lib/client/records/audit";
import { audit } from "@/lib/client/records/decisions";
import type { AuditEntry } from "@/lib/events/schema";

/** Asks before an entry's name, address and detail are blanked for good. */
export function EraseEntry({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const erase = useMutation({
    mutationFn: () =>
      eraseEntries({ entries: [entry.id], reason: reason.trim() || "Asked for in the portal" }),
    onSuccess: async ({ erased }) => {
      onClose();
      toast({
        text: erased === 0 ? "It was erased already." : "Erased. The chain keeps its place and digest.",
      });
      await Promise.all([
        client.invalidateQueries({ queryKey: audit.all }),
        client.invalidateQueries({ queryKey: auditChain.all }),
      ]);
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Erase personal data?"
      description="Actor name, address and detail of this entry are blanked for good. That it was erased, when and by whom becomes an entry of its own."
      confirm="Erase personal data"
      busy={erase.isPending && "Erasing"}
      onConfirm={() => erase.mutate()}
    >
      <UsedLast
        items={[
          { name: entry.action, used: momentText(entry.at) },
          { name: entry.actor.label, used: entry.address ?? "" },
        ]}
      />
      <Field label="Reason" help="Kept in the trail; name nobody in it">
        <Input
          value={reason}
          maxLength={500}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      {erase.isError && <Note tone="deny">{erase.error.message}</Note>}
    </ConfirmDialog>
  );
}
