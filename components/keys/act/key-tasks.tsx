"use client";
import { createContext, lazy, type ReactNode, Suspense, useContext, useState } from "react";
import type { IssuedKey, Key } from "@/lib/keys/schema";

/** Something to do with keys that takes a dialog. */
export type KeyTask =
  | { kind: "create" }
  | { kind: "edit"; key: Key }
  | { kind: "rotate"; key: Key }
  | { kind: "extend"; key: Key }
  | { kind: "end"; key: Key }
  | { kind: "revoke"; keys: readonly Key[]; onRevoked?: () => void }
  | { kind: "reveal"; issued: IssuedKey; because: "created" | "rotated" };

/** What the dialogs need to know of the place they are in. */
export interface KeyPlace {
  /** Origin of the gateway, `https://gw.acme.example`. */
  gateway: string;
  /** Slug of the workspace. */
  workspace: string;
  /** Whether rate limits and quotas may be set here: owners and admins. */
  mayLimit: boolean;
}

/** What every dialog of a task gets. */
export interface TaskProps {
  open: boolean;
  onClose: () => void;
}

const Start = createContext<(task: KeyTask) => void>(() => undefined);
const Place = createContext<KeyPlace>({ gateway: "", workspace: "", mayLimit: false });

/** Opens the dialog of a task. */
export function useKeyTask(): (task: KeyTask) => void {
  return useContext(Start);
}

export function useKeyPlace(): KeyPlace {
  return useContext(Place);
}

const CreateKeyDialog = lazy(async () => ({ default: (await import("@/components/keys/form/create-key-dialog")).CreateKeyDialog }));
const EditKeyDialog = lazy(async () => ({ default: (await import("@/components/keys/form/edit-key-dialog")).EditKeyDialog }));
const RotateDialog = lazy(async () => ({ default: (await import("@/components/keys/rotation/rotate-dialog")).RotateDialog }));
const ExtendDialog = lazy(async () => ({ default: (await import("@/components/keys/rotation/extend-dialog")).ExtendDialog }));
const EndOverlapDialog = lazy(async () => ({ default: (await import("@/components/keys/rotation/end-overlap-dialog")).EndOverlapDialog }));
const RevokeDialog = lazy(async () => ({ default: (await import("@/components/keys/act/revoke-dialog")).RevokeDialog }));
const RevealDialog = lazy(async () => ({ default: (await import("@/components/keys/secret/reveal-dialog")).RevealDialog }));

function TaskDialog({ task, ...rest }: TaskProps & { task: KeyTask }) {
  switch (task.kind) {
    case "create":
      return <CreateKeyDialog {...rest} />;
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
  const close = () => setCurrent((was) => (was === null || was.task.kind === "reveal" ? null : { ...was, open: false }));
  return (
    <Start value={start}>
      <Place value={place}>
        {children}
        {current && (
          <Suspense>
            <TaskDialog key={current.turn} task={current.task} open={current.open} onClose={close} />
          </Suspense>
        )}
      </Place>
    </Start>
  );
}
