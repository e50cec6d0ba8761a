"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { lazy, Suspense } from "react";
import { baseOf } from "@/components/rules/draft/base";
import type { RuleDraft } from "@/components/rules/draft/use-rule-draft";
import { toast } from "@/components/ui/overlay/toaster";
import { rules } from "@/lib/client/rules/rules";

const VersionsDialog = lazy(async () => ({
  default: (await import("@/components/rules/dialogs/versions-dialog")).VersionsDialog,
}));
const StaleDialog = lazy(async () => ({
  default: (await import("@/components/rules/dialogs/stale-dialog")).StaleDialog,
}));
const DeleteRule = lazy(async () => ({
  default: (await import("@/components/rules/dialogs/delete-rule")).DeleteRule,
}));

/** Which dialog lies over the editor. */
export type OpenDialog = "versions" | "stale" | "delete" | null;

/** The editor's dialogs, each fetched when it is first opened. */
export function RuleDialogs({
  open,
  draft,
  onClose,
}: {
  open: OpenDialog;
  draft: RuleDraft;
  onClose: () => void;
}) {
  const router = useRouter();
  const client = useQueryClient();
  const { stored } = draft.base;
  const readAgain = async () => {
    onClose();
    if (stored === null) return;
    const found = await client.fetchQuery({ ...rules.detail(stored.id), staleTime: 0 }).catch(() => null);
    if (found === null) router.push("/rules");
    else draft.reset(baseOf(found));
  };
  return (
    <Suspense>
      {open === "versions" && (
        <VersionsDialog ruleId={stored?.id ?? null} onClose={onClose} onRolledBack={() => void readAgain()} />
      )}
      {open === "stale" && stored !== null && (
        <StaleDialog
          id={stored.id}
          read={stored}
          mine={draft.text}
          onClose={onClose}
          onTakeTheirs={(base) => {
            draft.reset(base);
            onClose();
          }}
          onKeepMine={(base) => {
            draft.rebase(base);
            onClose();
          }}
        />
      )}
      {open === "delete" && stored !== null && (
        <DeleteRule
          rule={stored}
          onClose={onClose}
          onDeleted={() => {
            toast({ text: `${stored.name} deleted. Older versions keep it.` });
            router.push("/rules");
          }}
        />
      )}
    </Suspense>
  );
}
