"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import Link from "next/link";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

/** One line of a menu: an action, a link, or a divider. */
export type MenuEntry =
  | "divider"
  | {
      label: ReactNode;
      icon?: ReactNode;
      /** Shortcut cap at the right end. */
      hint?: string | undefined;
      /** Faint words at the right end. */
      note?: string | undefined;
      /** Why it cannot be chosen; shown at the right end. */
      why?: string | false | undefined;
      danger?: boolean;
      /** Carries a check: it is what holds now. */
      chosen?: boolean;
      onSelect?: () => void;
      href?: string;
    };

export interface MenuProps {
  /** The button that opens it; gets the menu's attributes. */
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  /** Faint words above the entries. */
  heading?: string;
  align?: "start" | "end";
}

function Entry({ entry }: { entry: Exclude<MenuEntry, "divider"> }) {
  const { label, icon, hint, note, why, danger, chosen, onSelect, href } = entry;
  const end = why || note;
  const className = clsx("mi", danger && "danger");
  const body = (
    <>
      {icon}
      <span className="grow trunc">{label}</span>
      {chosen && <Icon of={Check} small />}
      {hint && <Kbd>{hint}</Kbd>}
      {end && <span className="mi-end">{end}</span>}
    </>
  );
  if (href !== undefined && !why) {
    return (
      <Base.LinkItem className={className} render={<Link href={href} />} closeOnClick>
        {body}
      </Base.LinkItem>
    );
  }
  return (
    <Base.Item className={className} disabled={Boolean(why)} onClick={onSelect}>
      {body}
    </Base.Item>
  );
}

/** Actions behind a button. */
export function Menu({ trigger, entries, heading, align = "end" }: MenuProps) {
  const lines = entries.map((entry, at) =>
    entry === "divider" ? <Base.Separator key={at} className="sep" /> : <Entry key={at} entry={entry} />,
  );
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="float-place" sideOffset={4} align={align}>
          <Base.Popup className="menu">
            {heading === undefined ? (
              lines
            ) : (
              <Base.Group>
                <Base.GroupLabel className="menu-label">{heading}</Base.GroupLabel>
                {lines}
              </Base.Group>
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
