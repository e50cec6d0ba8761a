"use client";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { placeText } from "@/components/rules/places";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/plate";
import { agoText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import { removeRule, rules } from "@/lib/client/rules/rules";
import { rulesets } from "@/lib/client/rules/rulesets";
import type { StoredRule } from "@/lib/rules/schema";

/** Asks before a rule goes: what it decided last, and where it stops counting. */
export function DeleteRule({
  rule,
  onClose,
  onDeleted,
}: {
  rule: StoredRule;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const client = useQueryClient();
  const [openedMs] = useState(() => Date.now());
  const last = useInfiniteQuery(decisions.list({ rule: rule.name }, 10));
  const remove = useMutation({
    mutationFn: () => removeRule(rule.id),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: rules.detail(rule.id).queryKey });
      return Promise.all([
        client.invalidateQueries({ queryKey: rules.all }),
        client.invalidateQueries({ queryKey: rulesets.all }),
      ]);
    },
  });
  const decided = last.data?.pages[0]?.items[0];
  const used = last.isSuccess
    ? decided === undefined
      ? "has decided no call"
      : `decided a call ${agoText(decided.at, openedMs)}`
    : last.isError
      ? "what it decided last could not be read"
      : "looking for what it decided last";
  const places = rule.attachments.map(placeText).join(", ");
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${rule.name}?`}
      description={`It stops counting at once${places === "" ? "" : ` on ${places}`}. Older versions keep it, and a roll-back brings it back.`}
      confirm="Delete rule"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <UsedLast
        items={[
          {
            name: rule.name,
            used,
            recent: decided !== undefined && openedMs - Date.parse(decided.at) < 86_400_000,
          },
        ]}
      />
      {remove.isError && <Note tone="deny">{remove.error.message}</Note>}
    </ConfirmDialog>
  );
}
