import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentPropsWithRef, ReactNode } from "react";
import { Kbd } from "@/components/ui/tag";

export type ButtonKind = "primary" | "secondary" | "ghost" | "danger" | "ghost-danger" | "danger-solid";

interface Look {
  /** One `primary` per view; `danger-solid` only as the last button of a destructive dialog. */
  kind?: ButtonKind | undefined;
  /** Height in px: 28 in toolbars and rows, 32 in forms, 40 alone on a page. */
  size?: 28 | 32 | 40 | undefined;
  /** `<Icon of={…}/>` before the word. */
  icon?: ReactNode;
  /** Shortcut shown as a cap; the page listens for it. */
  hint?: string | undefined;
}

export interface ButtonProps extends Look, Omit<ComponentPropsWithRef<"button">, "disabled" | "title"> {
  /** The word shown with a spinner while the work runs; the button does nothing meanwhile. */
  busy?: string | false | undefined;
  /** Why it cannot be used, in a sentence. Present means disabled; it stays focusable so that the reason can be read. */
  why?: string | false | undefined;
}

const kinds: Record<ButtonKind, string> = {
  primary: "primary",
  secondary: "",
  ghost: "ghost",
  danger: "danger",
  "ghost-danger": "ghost danger",
  "danger-solid": "danger-solid",
};
const sizes = { 28: "sm", 32: "", 40: "lg" } as const;

function look({ kind = "secondary", size = 32 }: Look, more: string | undefined) {
  return clsx("btn", kinds[kind], sizes[size], more);
}

/** A button with a word. `type` is `button` unless told otherwise. */
export function Button(props: ButtonProps) {
  const { kind, size, icon, hint, busy, why, className, children, type = "button", onClick, ...rest } = props;
  const still = Boolean(busy) || Boolean(why);
  return (
    <button
      {...rest}
      type={still ? "button" : type}
      className={look({ kind, size }, className)}
      onClick={still ? undefined : onClick}
      aria-disabled={why ? true : undefined}
      aria-busy={busy ? true : undefined}
      aria-description={why || undefined}
      data-why={why || undefined}
    >
      {busy ? <i className="spin" /> : icon}
      {busy || children}
      {hint && !busy && <Kbd>{hint}</Kbd>}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "hint" | "children"> {
  /** What it does, for those who do not see the icon; also its tooltip. */
  label: string;
  icon: ReactNode;
}

/** A square button that is an icon only. */
export function IconButton({
  label,
  icon,
  className,
  kind = "ghost",
  size = 28,
  busy,
  why,
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      kind={kind}
      size={size}
      why={why}
      className={clsx("icon", className)}
      aria-label={label}
      {...(why ? {} : { "data-why": label })}
    >
      {busy ? <i className="spin" /> : icon}
    </Button>
  );
}

export interface ButtonLinkProps extends Look, Omit<ComponentPropsWithRef<typeof Link>, "title"> {}

/** A link that looks like a button: it goes somewhere, it changes nothing. */
export function ButtonLink({ kind, size, icon, hint, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={look({ kind, size }, className)}>
      {icon}
      {children}
      {hint && <Kbd>{hint}</Kbd>}
    </Link>
  );
}

/** Buttons that share their edges, such as previous and next. */
export function ButtonGroup({ children }: { children: ReactNode }) {
  return <span className="btns">{children}</span>;
}
