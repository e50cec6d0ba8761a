"use client";
import Link from "next/link";
import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useId,
  useLayoutEffect,
  useRef,
} from "react";

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

/** Scrolls a line of tabs that is wider than its page to the chosen one; the page itself does not move. */
function bringIntoLine(tab: HTMLElement): void {
  const line = tab.closest<HTMLElement>(".tabs");
  if (line === null || line.scrollWidth <= line.clientWidth) return;
  const [of, within] = [tab.getBoundingClientRect(), line.getBoundingClientRect()];
  line.scrollLeft += of.left - within.left - (within.width - of.width) / 2;
}

const Chosen = createContext({ id: "", value: "" });

/** The tab an arrow, Home or End leads to; undefined for other keys. */
function nextTab(items: readonly TabItem[], value: string, key: string): string | undefined {
  const at = items.findIndex((item) => item.value === value);
  const places: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: items.length - 1,
  };
  const place = places[key];
  return place === undefined ? undefined : items.at(place % items.length)?.value;
}

/** Tabs whose tooth slides to the chosen word. Arrow keys, Home and End move and choose. */
export function Tabs({ label, items, value, onChange, aside, children }: TabsProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    list.current?.style.setProperty("--active-tab-left", `${tab?.offsetLeft ?? 0}px`);
    if (tab) bringIntoLine(tab);
  }, [value, items]);
  const move = (event: KeyboardEvent) => {
    const next = nextTab(items, value, event.key);
    if (next === undefined) return;
    event.preventDefault();
    onChange(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next)}"]`)?.focus();
  };
  return (
    <Chosen value={{ id, value }}>
      <div className="tabs">
        <div ref={list} className="tablist" role="tablist" aria-label={label} onKeyDown={move}>
          {items.map((item) => (
            <button
              key={item.value}
              type="button"
              role="tab"
              id={`${id}-${item.value}`}
              data-tab={item.value}
              aria-selected={item.value === value}
              tabIndex={item.value === value ? 0 : -1}
              onClick={() => onChange(item.value)}
            >
              <Word {...item} />
            </button>
          ))}
          <span className="tooth" />
        </div>
        {aside}
      </div>
      {children}
    </Chosen>
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
  const chosen = useContext(Chosen);
  if (chosen.value !== value) return null;
  return (
    <div role="tabpanel" className={className} aria-labelledby={`${chosen.id}-${value}`} tabIndex={0}>
      {children}
    </div>
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
  const line = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const tab = line.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (tab) bringIntoLine(tab);
  }, [current]);
  return (
    <nav ref={line} className="tabs" aria-label={label}>
      {items.map(({ href, ...item }) => (
        <Link key={item.value} href={href} aria-current={item.value === current ? "page" : undefined}>
          <Word {...item} />
        </Link>
      ))}
    </nav>
  );
}
