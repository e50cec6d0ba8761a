"use client";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { type KeyPlace, type KeyTask, Place, StartTask, type TaskProps } from "@/components/keys/act/tasks";

const CreateKeyDialog = lazy(async () => ({
  default: (await import("@/components/keys/form/create-key-dialog")).CreateKeyDialog,
}));
const EditKeyDialog = lazy(async () => ({
  default: (await import("@/components/keys/form/edit-key-dialog")).EditKeyDialog,
}));
const RotateDialog = lazy(async () => ({
  default: (await import("@/components/keys/rotation/rotate-dialog")).RotateDialog,
}));
const ExtendDialog = lazy(async () => ({
  default: (await import("@/components/keys/rotation/extend-dialog")).ExtendDialog,
}));
const EndOverlapDialog = lazy(async () => ({
  default: (await import("@/components/keys/rotation/end-overlap-dialog")).EndOverlapDialog,
}));
const RevokeDialog = lazy(async () => ({
  default: (await import("@/components/keys/act/revoke-dialog")).RevokeDialog,
}));
const RevealDialog = lazy(async () => ({
  default: (await import("@/components/keys/secret/reveal-dialog")).RevealDialog,
}));

function TaskDialog({ task, ...rest }: TaskProps & { task: KeyTask }) {
  switch (task.kind) {
    case "create":
      return <CreateKeyDialog {...rest} customer={task.customer ?? null} />;
    case "edit":
      return <EditKeyDialog {...rest} subject={task.key} />;
    case "rotate":
      return <RotateDialog {...rest} subject={task.key} />;
    case "extend":
      return <ExtendDialog {...rest} subject={task.key} />;
    case "end":
      return <EndOverlapDialog {...rest} subject={task.key} />;
    case "revoke":
      return <RevokeDialog {...rest} subjects={task.keys} onRevoked={task.onRevoked} />;
    case "reveal":
      return <RevealDialog {...rest} issued={task.issued} because={task.because} />;
  }
}

/**
 * Holds the dialogs of keys, each fetched at its first opening. A secret is held by the open reveal card alone and
 * forgotten when that closes.
 */
export function KeyTasks({ children, ...place }: KeyPlace & { children: ReactNode }) {
  const [current, setCurrent] = useState<{ task: KeyTask; open: boolean; turn: number } | null>(null);
  const start = (task: KeyTask) => setCurrent((was) => ({ task, open: true, turn: (was?.turn ?? 0) + 1 }));
  const close = () =>
    setCurrent((was) => (was === null || was.task.kind === "reveal" ? null : { ...was, open: false }));
  return (
    <StartTask value={start}>
      <Place value={place}>
        {children}
        {current && (
          <Suspense>
            <TaskDialog key={current.turn} task={current.task} open={current.open} onClose={close} />
          </Suspense>
        )}
      </Place>
    </StartTask>
  );
}
