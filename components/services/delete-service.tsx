"use client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/plate";
import { agoText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import { rules } from "@/lib/client/rules/rules";
import { removeService, services } from "@/lib/client/services";
import type { Service } from "@/lib/services/schema";
import { useState } from "react";

/** Asks before a service goes: when it was called last, and which rules lose a place. */
export function DeleteService({
  service,
  onClose,
  onDeleted,
}: {
  service: Service;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const client = useQueryClient();
  const [openedMs] = useState(() => Date.now());
  const last = useInfiniteQuery(decisions.list({ service: service.id }, 10));
  const ruleList = useQuery(rules.list({ limit: 100 }));
  const remove = useMutation({
    mutationFn: () => removeService(service.id),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: services.detail(service.id).queryKey });
      return client.invalidateQueries({ queryKey: services.all });
    },
  });
  const call = last.data?.pages[0]?.items[0];
  const used = last.isSuccess
    ? call === undefined
      ? "no call recorded"
      : `called ${agoText(call.at, openedMs)}`
    : last.isError
      ? "its last call could not be read"
      : "looking for its last call";
  const attached =
    ruleList.data?.items.filter(({ attachments }) =>
      attachments.some((place) => place.service === service.slug || place.service === service.id),
    ) ?? [];
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${service.name}?`}
      description={`Its address answers 404 at once. Recorded decisions are kept.${attached.length === 0 ? "" : ` ${attached.length === 1 ? "One rule loses" : `${attached.length} rules lose`} a place: ${attached.map(({ name }) => name).join(", ")}.`}`}
      confirm="Delete service"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <UsedLast
        items={[
          {
            name: service.slug,
            used,
            recent: call !== undefined && openedMs - Date.parse(call.at) < 86_400_000,
          },
        ]}
      />
      {remove.isError && <Note tone="deny">{remove.error.message}</Note>}
    </ConfirmDialog>
  );
}
