"use client";
import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import Link from "next/link";
import type { MenuEntry, MenuProps } from "@/components/ui/overlay/menu";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

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

/** The menu itself, open from its first moment: it is fetched when it is wanted. */
export function MenuPopup({ trigger, entries, heading, align = "end" }: MenuProps) {
  const lines =
    entries.length === 0 ? (
      <Entry entry={{ label: "Nothing to choose", why: "none yet" }} />
    ) : (
      entries.map((entry, at) =>
        entry === "divider" ? <Base.Separator key={at} className="sep" /> : <Entry key={at} entry={entry} />,
      )
    );
  return (
    <Base.Root defaultOpen>
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
