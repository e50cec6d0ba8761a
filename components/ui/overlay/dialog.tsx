"use client";
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

export interface DialogProps {
  open: boolean;
  /** Asked to close by Esc, the scrim or the cross. Keep `open` true to refuse. */
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** 440, 544 or 656 px; a sheet from below on a phone. */
  size?: "narrow" | "normal" | "wide";
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  /** What gets focus at opening; the first field of a form when absent, except under a finger, where it would raise the keyboard. */
  initialFocus?: RefObject<HTMLElement | null>;
  className?: string;
  children: ReactNode;
}

/** A task that needs the whole attention. */
export function Dialog(props: DialogProps) {
  const {
    open,
    onClose,
    title,
    description,
    size = "normal",
    footer,
    initialFocus,
    className,
    children,
  } = props;
  const body = useRef<HTMLDivElement>(null);
  const firstField = (opened: string) => {
    if (body.current?.closest(".dialog")?.contains(document.activeElement)) return false;
    if (opened === "touch") return true;
    return body.current?.querySelector<HTMLElement>("input, select, textarea") ?? true;
  };
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Viewport className="dialog-place">
          <Base.Popup className={clsx("dialog", size, className)} initialFocus={initialFocus ?? firstField}>
            <div className="d-head">
              <div>
                <Base.Title>{title}</Base.Title>
                {description !== undefined && (
                  <Base.Description className="muted">{description}</Base.Description>
                )}
              </div>
              <Base.Close render={<IconButton label="Close" icon={<Icon of={X} />} />} />
            </div>
            <div className="d-body" ref={body}>
              {children}
            </div>
            {footer !== undefined && <div className="d-foot">{footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  /** The question, with the verb of the button: "Revoke 3 keys?". */
  title: string;
  /** What happens and what cannot be undone. */
  description: ReactNode;
  /** The verb again: "Revoke 3 keys". */
  confirm: string;
  onConfirm: () => void;
  /** The word shown while it runs. */
  busy?: string | false | undefined;
  cancel?: string;
  /** Destructive ones are confirmed in red; both focus the way back. */
  kind?: "danger-solid" | "primary";
  /** What was used last and when: `<UsedLast …/>`, a note, a field. */
  children?: ReactNode;
}

/** A question before something that cannot be undone. Cancel has focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    open,
    onClose,
    title,
    description,
    confirm,
    onConfirm,
    busy,
    cancel = "Cancel",
    kind = "danger-solid",
    children,
  } = props;
  const back = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Viewport className="dialog-place">
          <AlertDialog.Popup className="dialog narrow" initialFocus={back}>
            <div className="d-head">
              <AlertDialog.Title>{title}</AlertDialog.Title>
            </div>
            <div className="d-body">
              <AlertDialog.Description className="muted">{description}</AlertDialog.Description>
              {children}
            </div>
            <div className="d-foot">
              <Button ref={back} onClick={onClose}>
                {cancel}
              </Button>
              <Button kind={kind} busy={busy} onClick={onConfirm}>
                {confirm}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

export interface UsedLastProps {
  /** `recent` colours the words: someone is still using it. */
  items: readonly { name: string; used: string; recent?: boolean }[];
}

/** What a destructive dialog would take away, and when each was used last. */
export function UsedLast({ items }: UsedLastProps) {
  return (
    <ul className="rv">
      {items.map((item) => (
        <li key={item.name}>
          <b title={item.name}>{item.name}</b>
          <span className={item.recent ? "t-limited" : "muted"}>{item.used}</span>
        </li>
      ))}
    </ul>
  );
}
