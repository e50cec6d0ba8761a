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
import { rules } from "@/lib/client/rules/rules";
import type { StoredRule } from "@/lib/rules/schema";

export interface StaleDialogProps {
  id: string;
  /** The rule that the change began from. */
  read: StoredRule | null;
  /** What was written and not saved. */
  mine: string;
  onClose: () => void;
  /** Begin again from theirs. */
  onTakeTheirs: (base: Base) => void;
  /** Keep what is written, now as a change of theirs. */
  onKeepMine: (base: Base) => void;
}

/** Someone saved the rule first: who, when, what differs, and the two ways on. Nothing that was written is lost. */
export function StaleDialog({ id, read, mine, onClose, onTakeTheirs, onKeepMine }: StaleDialogProps) {
  const nameOf = useMemberName();
  const theirs = useQuery({ ...rules.detail(id), refetchOnMount: "always" });
  // What the refusal told is there at once; the same version as was read tells that it did not.
  const isOld = theirs.data?.version === read?.version;
  const stored = theirs.isFetching && isOld ? undefined : theirs.data;
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
      {base !== null && read !== null && (
        <section>
          <h3>
            What they changed <span className="muted small">since you read v{read.version}</span>
          </h3>
          <DiffView label="What they changed" before={baseOf(read).text} after={base.text} />
        </section>
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
