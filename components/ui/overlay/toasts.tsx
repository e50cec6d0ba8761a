"use client";
import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";
import type { ToastAction, ToastOptions, Tone } from "@/components/ui/overlay/toaster";
import { Button } from "@/components/ui/button";
import { Shape, type ShapeName } from "@/components/ui/words/shapes";

const manager = Toast.createToastManager<{ action?: ToastAction }>();

const timeouts: Record<Tone, number> = { done: 6000, changed: 6000, failed: 12_000, busy: 0 };

/** What was said before the corner stood; the manager keeps nothing for later. */
let early: (() => void)[] | null = [];

/** Shows a toast, or turns the one with the same id into its result. */
export function show(id: string, { tone = "done", text, action }: ToastOptions): void {
  const add = () =>
    manager.add({ id, title: text, type: tone, timeout: timeouts[tone], data: action ? { action } : {} });
  if (early === null) add();
  else early.push(add);
}

/** Takes a toast away. */
export function close(id: string): void {
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

/** The toasts, in a corner of the window. */
export function ToastCorner() {
  useEffect(() => {
    const waiting = early ?? [];
    early = null;
    for (const add of waiting) add();
    return () => {
      early = [];
    };
  }, []);
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
