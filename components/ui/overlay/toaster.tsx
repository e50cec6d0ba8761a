"use client";
import { Toast } from "@base-ui/react/toast";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Shape, type ShapeName } from "@/components/ui/words/shapes";

type Tone = "done" | "changed" | "failed" | "busy";

const manager = Toast.createToastManager<{ action?: ToastAction }>();

interface ToastAction {
  label: string;
  onAction: () => void;
}

export interface ToastOptions {
  /** `done` it is so, `changed` it can be undone, `failed` it is not so and what is kept, `busy` it runs. */
  tone?: Tone;
  /** What happened, then the fact: "ledger-sync rotated. The old secret stops Sat 18:19." */
  text: ReactNode;
  /** The way back or on. */
  action?: ToastAction;
}

/** Says what happened, and offers the way back. Returns an id for `updateToast`. A busy one stays until it is updated. */
export function toast({ tone = "done", text, action }: ToastOptions): string {
  return manager.add({
    title: text,
    type: tone,
    timeout: tone === "busy" ? 0 : tone === "failed" ? 12_000 : 6000,
    data: action ? { action } : {},
  });
}

/** Turns a busy toast into its result, or moves its words on. */
export function updateToast(id: string, { tone = "done", text, action }: ToastOptions): void {
  manager.update(id, {
    title: text,
    type: tone,
    timeout: tone === "busy" ? 0 : 6000,
    data: action ? { action } : {},
  });
}

/** Takes a toast away. */
export function closeToast(id: string): void {
  manager.close(id);
}

const shapes: Record<string, { name: ShapeName; className: string }> = {
  done: { name: "allow", className: "t-allow" },
  changed: { name: "conditional", className: "mx-condi" },
  failed: { name: "error", className: "t-deny" },
};

function Toasts() {
  const { toasts, close } = Toast.useToastManager<{ action?: ToastAction }>();
  return toasts.map((item) => {
    const shape = shapes[item.type ?? "done"];
    const action = item.data?.action;
    const act = () => {
      action?.onAction();
      close(item.id);
    };
    return (
      <Toast.Root key={item.id} toast={item} className="toast" swipeDirection={["right", "down"]}>
        {shape ? <Shape {...shape} /> : <i className="spin" />}
        <Toast.Title render={<p />} />
        {action ? (
          <Button kind="ghost" size={28} onClick={act}>
            {action.label}
          </Button>
        ) : (
          <Toast.Close render={<Button kind="ghost" size={28} />}>Close</Toast.Close>
        )}
      </Toast.Root>
    );
  });
}

/** Where toasts appear. Once, in the shell. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
