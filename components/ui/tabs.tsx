"use client";
import { Tabs as Base } from "@base-ui/react/tabs";
import Link from "next/link";
import type { ReactNode } from "react";

export interface TabItem {
  value: string;
  label: ReactNode;
  /** A faint count after the word. */
  count?: number | undefined;
}

export interface TabsProps {
  label: string;
  items: readonly TabItem[];
  value: string;
  onChange: (value: string) => void;
  /** Right end of the line. */
  aside?: ReactNode;
  /** `TabPanel`s. */
  children?: ReactNode;
}

function Word({ label, count }: TabItem) {
  return (
    <>
      {label}
      {count !== undefined && <em>{count.toLocaleString("en")}</em>}
    </>
  );
}

/** Tabs whose tooth slides to the chosen word. */
export function Tabs({ label, items, value, onChange, aside, children }: TabsProps) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
      <div className="tabs">
        <Base.List className="tablist" aria-label={label} activateOnFocus>
          {items.map((item) => (
            <Base.Tab key={item.value} value={item.value}>
              <Word {...item} />
            </Base.Tab>
          ))}
          <Base.Indicator className="tooth" />
        </Base.List>
        {aside}
      </div>
      {children}
    </Base.Root>
  );
}

/** What belongs to one tab; not rendered while another is chosen. */
export function TabPanel({
  value,
  children,
  className,
}: {
  value: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Base.Panel value={value} className={className}>
      {children}
    </Base.Panel>
  );
}

export interface TabLinksProps {
  label: string;
  items: readonly (TabItem & { href: string })[];
  /** `value` of the current page's item. */
  current: string;
}

/** The same line where each word is a page of its own. */
export function TabLinks({ label, items, current }: TabLinksProps) {
  return (
    <nav className="tabs" aria-label={label}>
      {items.map(({ href, ...item }) => (
        <Link key={item.value} href={href} aria-current={item.value === current ? "page" : undefined}>
          <Word {...item} />
        </Link>
      ))}
    </nav>
  );
}
