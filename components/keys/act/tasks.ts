"use client";
import { createContext, useContext } from "react";
import type { IssuedKey, Key } from "@/lib/keys/schema";

/** Something to do with keys that takes a dialog. */
export type KeyTask =
  | { kind: "create"; customer?: string | null }
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

/** How a task is started; given by `KeyTasks`. */
export const StartTask = createContext<(task: KeyTask) => void>(() => undefined);
/** Where the dialogs are; given by `KeyTasks`. */
export const Place = createContext<KeyPlace>({ gateway: "", workspace: "", mayLimit: false });

/** Opens the dialog of a task. */
export function useKeyTask(): (task: KeyTask) => void {
  return useContext(StartTask);
}

export function useKeyPlace(): KeyPlace {
  return useContext(Place);
}
