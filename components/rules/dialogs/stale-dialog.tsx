"use client";
import { useQuery } from "@tanstack/react-query";
import { DiffView } from "@/components/rules/diff-view";
import { type Base, baseOf } from "@/components/rules/draft/base";
import { useMemberName } from "@/components/rules/member-name";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Ago } from "@/components/ui/words/ago";
import { rules } from "@/lib/client/rules";

export interface StaleDialogProps {
  id: string;
  /** What was written and not saved. */
  mine: string;
  onClose: () => void;
  /** Begin again from theirs. */
  onTakeTheirs: (base: Base) => void;
  /** Keep what is written, now as a change of theirs. */
  onKeepMine: (base: Base) => void;
}

/** Someone saved the rule first: who, when, what differs, and the two ways on. Nothing that was written is lost. */
export function StaleDialog({ id, mine, onClose, onTakeTheirs, onKeepMine }: StaleDialogProps) {
  const nameOf = useMemberName();
  const theirs = useQuery({ ...rules.detail(id), staleTime: 0, refetchOnMount: "always" });
  const stored = theirs.isFetching ? undefined : theirs.data;
  const base = stored === undefined ? null : baseOf(stored);
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      title="Someone saved this rule first"
      description={
        stored === undefined ? (
          "Your text is kept."
        ) : (
          <>
            {nameOf(stored.updatedBy)} saved it as v{stored.version}, <Ago at={stored.updatedAt} />. Your text
            is kept.
          </>
        )
      }
      footer={
        base !== null && (
          <>
            <Button onClick={() => onTakeTheirs(base)}>Take theirs</Button>
            <Button kind="primary" onClick={() => onKeepMine(base)}>
              Keep mine and compare
            </Button>
          </>
        )
      }
    >
      {theirs.isError && (
        <QueryProblem things="The stored rule" error={theirs.error} onRetry={() => void theirs.refetch()} />
      )}
      {base === null && !theirs.isError && (
        <LoadingRows label="Loading the stored rule" rows={4} height={36} />
      )}
      {base !== null && (
        <section>
          <h3>
            Theirs, and what yours would change <span className="muted small">− theirs, + yours</span>
          </h3>
          <DiffView label="Their text and yours" before={base.text} after={mine} />
        </section>
      )}
    </Dialog>
  );
}
