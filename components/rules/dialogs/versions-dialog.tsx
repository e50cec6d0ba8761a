"use client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DiffView } from "@/components/rules/diff-view";
import { ruleText } from "@/components/rules/json/rule-text";
import { useMemberName } from "@/components/rules/member-name";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { ConfirmDialog, Dialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Note } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { rules } from "@/lib/client/rules/rules";
import { rollBack, rulesets, type Version } from "@/lib/client/rules/rulesets";

export interface VersionsDialogProps {
  /** The rule that the page is about; its change stands first in a comparison. */
  ruleId: string | null;
  onClose: () => void;
  /** Told after an older version came back. */
  onRolledBack: () => void;
}

/** Every version of the workspace's rules: who changed what, and the way back. */
export function VersionsDialog({ ruleId, onClose, onRolledBack }: VersionsDialogProps) {
  const list = useInfiniteQuery(rulesets.list());
  const [chosen, choose] = useState<number | null>(null);
  const versions = list.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = versions[0]?.version ?? null;
  const shown = chosen ?? newest;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Versions"
      description="Every change of a rule makes a new version of all rules. Versions never change."
      size="wide"
    >
      {list.isPending && <LoadingRows label="Loading versions" rows={5} height={36} />}
      {list.isError && (
        <QueryProblem things="Versions" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && versions.length === 0 && <p className="muted">No rule was stored yet.</p>}
      {shown !== null && newest !== null && (
        <div className="versions">
          <ol className="version-list" aria-label="Versions">
            {versions.map((version) => (
              <VersionLine
                key={version.version}
                version={version}
                chosen={version.version === shown}
                onChoose={() => choose(version.version)}
              />
            ))}
            {list.hasNextPage && (
              <li>
                <Button
                  kind="ghost"
                  size={28}
                  busy={list.isFetchingNextPage && "Loading"}
                  onClick={() => void list.fetchNextPage()}
                >
                  Older
                </Button>
              </li>
            )}
          </ol>
          <Changes key={shown} version={shown} newest={newest} ruleId={ruleId} onRolledBack={onRolledBack} />
        </div>
      )}
    </Dialog>
  );
}

function VersionLine({
  version,
  chosen,
  onChoose,
}: {
  version: Version;
  chosen: boolean;
  onChoose: () => void;
}) {
  const nameOf = useMemberName();
  return (
    <li>
      <button type="button" className="version" aria-current={chosen ? "true" : undefined} onClick={onChoose}>
        <b>v{version.version}</b>
        <span className="trunc">{version.note}</span>
        <span className="small faint trunc">
          {nameOf(version.author)}, <Ago at={version.createdAt} />
        </span>
      </button>
    </li>
  );
}

/** Rule by rule, as text. */
function useChanges(from: number, to: number, ruleId: string | null) {
  const diff = useQuery(rulesets.diff(from, to));
  const text = ({
    id: _id,
    attachments,
    ...rule
  }: Record<string, unknown> & { id: string; attachments: unknown }) => ruleText({ ...rule, attachments });
  const changes = [
    ...(diff.data?.added.map((after) => ({
      id: after.id,
      name: after.name,
      word: "added",
      before: "",
      after: text(after),
    })) ?? []),
    ...(diff.data?.removed.map((before) => ({
      id: before.id,
      name: before.name,
      word: "removed",
      before: text(before),
      after: "",
    })) ?? []),
    ...(diff.data?.changed.map(({ before, after }) => ({
      id: after.id,
      name: after.name,
      word: "changed",
      before: text(before),
      after: text(after),
    })) ?? []),
  ].sort((one, other) => Number(other.id === ruleId) - Number(one.id === ruleId));
  return { diff, changes };
}

function Changes({
  version,
  newest,
  ruleId,
  onRolledBack,
}: {
  version: number;
  newest: number;
  ruleId: string | null;
  onRolledBack: () => void;
}) {
  const { diff, changes } = useChanges(version - 1, version, ruleId);
  const [asking, setAsking] = useState(false);
  const permission = usePermission("update:rules");
  return (
    <div className="version-changes">
      {diff.isPending && <LoadingRows label="Comparing" rows={4} height={36} />}
      {diff.isError && (
        <QueryProblem things="What changed" error={diff.error} onRetry={() => void diff.refetch()} />
      )}
      {diff.isSuccess && changes.length === 0 && (
        <p className="muted">No rule differs from v{version - 1}: a service changed.</p>
      )}
      {changes.map((change) => (
        <section key={change.id}>
          <h3>
            {change.name} <span className="muted small">{change.word}</span>
          </h3>
          <DiffView
            label={`${change.name}, v${version - 1} and v${version}`}
            before={change.before}
            after={change.after}
          />
        </section>
      ))}
      <div className="row">
        <span className="grow" />
        <Button
          size={28}
          // Below what is compared: until that is there, it would move away from under a press.
          why={
            permission.why ||
            (version === newest && "These are the rules of now") ||
            (diff.isPending && "Comparing")
          }
          onClick={() => setAsking(true)}
        >
          Roll back to v{version}
        </Button>
      </div>
      {asking && (
        <AskRollBack
          version={version}
          newest={newest}
          onClose={() => setAsking(false)}
          onDone={onRolledBack}
        />
      )}
    </div>
  );
}

function AskRollBack({
  version,
  newest,
  onClose,
  onDone,
}: {
  version: number;
  newest: number;
  onClose: () => void;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const { diff, changes } = useChanges(newest, version, null);
  const roll = useMutation({
    mutationFn: () => rollBack(version),
    onSuccess: async (done) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: rules.all }),
        client.invalidateQueries({ queryKey: rulesets.list().queryKey }),
      ]);
      const lost =
        done.lostAttachments === 0 ? "" : ` ${done.lostAttachments} places are gone and were left out.`;
      toast({
        tone: "changed",
        text: `The rules of v${version} are enforced again, as v${done.version}.${lost}`,
      });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Roll back to v${version}?`}
      description={`Its rules are enforced again as v${newest + 1}, at once and for the whole workspace. Nothing is lost: v${newest} stays in the list.`}
      confirm={`Roll back to v${version}`}
      busy={roll.isPending ? "Rolling back" : diff.isPending && "Comparing"}
      onConfirm={() => roll.mutate()}
    >
      {diff.isSuccess && changes.length > 0 && (
        <ul className="rv">
          {changes.map(({ id, name, word }) => (
            <li key={id}>
              <b>{name}</b>
              <span>{word}</span>
            </li>
          ))}
        </ul>
      )}
      {diff.isSuccess && changes.length === 0 && <Note>No rule differs between the two.</Note>}
      {roll.isError && <Note tone="deny">{roll.error.message}</Note>}
    </ConfirmDialog>
  );
}
