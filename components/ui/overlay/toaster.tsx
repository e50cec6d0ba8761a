"use client";
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";

/** `done` it is so, `changed` it can be undone, `failed` it is not so and what is kept, `busy` it runs. */
export type Tone = "done" | "changed" | "failed" | "busy";

/** The way back or on. */
export interface ToastAction {
  label: string;
  onAction: () => void;
}

export interface ToastOptions {
  tone?: Tone;
  /** What happened, then the fact: "ledger-sync rotated. The old secret stops Sat 18:19." */
  text: ReactNode;
  action?: ToastAction;
}

const load = () => import("@/components/ui/overlay/toasts");

let corner: { wanted: boolean; tell: () => void } = { wanted: false, tell: () => undefined };

let shown = 0;

/** Says what happened, and offers the way back. Returns an id for `updateToast`. A busy one stays until it is updated. */
export function toast(options: ToastOptions): string {
  const id = `toast-${(shown += 1)}`;
  updateToast(id, options);
  return id;
}

/** Turns a busy toast into its result, or moves its words on. */
export function updateToast(id: string, options: ToastOptions): void {
  corner = { ...corner, wanted: true };
  corner.tell();
  void load().then(({ show }) => show(id, options));
}

function listen(tell: () => void) {
  corner = { ...corner, tell };
  return () => {
    corner = { ...corner, tell: () => undefined };
  };
}

const ToastCorner = lazy(async () => ({ default: (await load()).ToastCorner }));

/** Where toasts appear, from the first one on. Once, in the shell. */
export function Toaster() {
  const wanted = useSyncExternalStore(
    listen,
    () => corner.wanted,
    () => false,
  );
  if (!wanted) return null;
  return (
    <Suspense>
      <ToastCorner />
    </Suspense>
  );
}
