"use client";
import { useQuery } from "@tanstack/react-query";
import { Download, Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Expiry } from "@/components/datastore/entry-table";
import { downloadValue } from "@/components/datastore/value/download-value";
import { ValueContent } from "@/components/datastore/value/value-content";
import { sizeText } from "@/components/datastore/value/value-text";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Ago } from "@/components/ui/words/ago";
import { datastore, type HeldValue, type ValuePlace } from "@/lib/client/datastore";
import { ProblemError } from "@/lib/client/request/problem-error";

export interface ValueDialogProps {
  place: ValuePlace;
  onClose: () => void;
  onEdit: () => void;
  onDelete: () => void;
}

function Facts({ value }: { value: HeldValue }) {
  const facts: [string, ReactNode][] = [
    ["Type", <code key="type">{value.contentType}</code>],
    ["Size", sizeText(value.bytes.length)],
    ["Written", <Ago key="written" at={value.updatedAt} />],
    ["Expires", <Expiry key="expires" at={value.expiresAt} />],
    ["ETag", <code key="etag">{value.etag}</code>],
  ];
  return (
    <dl className="value-facts">
      {facts.map(([term, said]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One value, kept true while it is open. */
export function ValueDialog({ place, onClose, onEdit, onDelete }: ValueDialogProps) {
  const { data: value, error, refetch } = useQuery(datastore.value(place));
  const maySet = usePermission("set:datastore");
  const mayDelete = usePermission("del:datastore");
  const isGone = error instanceof ProblemError && error.kind === "not-found";
  const seen = isGone ? undefined : value;
  return (
    <Dialog
      open
      onClose={onClose}
      title={<span className="value-title mono">{place.key}</span>}
      size="wide"
      footer={
        seen && (
          <>
            <Button kind="ghost-danger" icon={<Icon of={Trash2} />} why={mayDelete.why} onClick={onDelete}>
              Delete
            </Button>
            <Button icon={<Icon of={Download} />} onClick={() => downloadValue(place.key, seen)}>
              Download
            </Button>
            <Button kind="primary" icon={<Icon of={Pencil} />} why={maySet.why} onClick={onEdit}>
              Edit
            </Button>
          </>
        )
      }
    >
      {seen && (
        <>
          <Facts value={seen} />
          <ValueContent label={`Value of ${place.key}`} value={seen} />
        </>
      )}
      {isGone && (
        <NoMatch
          title="No value under this key"
          text="It was deleted, or its time was over."
          actions={<Button onClick={onClose}>Close</Button>}
        />
      )}
      {!value && !error && <LoadingRows label="Loading the value" rows={4} height={36} />}
      {!value && error && !isGone && (
        <QueryProblem things="The value" error={error} onRetry={() => void refetch()} />
      )}
    </Dialog>
  );
}
