"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { footNavigation, type NavCounts, type NavItem, navigation } from "@/components/shell/navigation";
import { Icon } from "@/components/ui/icon";

function Count({ count, failing = false }: { count: number; failing?: boolean }) {
  return (
    <em className={failing ? "warn" : undefined}>
      {count.toLocaleString("en")}
      {failing && <span className="vh"> failing</span>}
    </em>
  );
}

function RailLink({ item, counts }: { item: NavItem; counts: NavCounts }) {
  const path = usePathname();
  const current = path === item.href || path.startsWith(`${item.href}/`);
  const count = counts[item.id];
  return (
    <Link href={item.href} aria-current={current ? "page" : undefined}>
      <Icon of={item.icon} />
      <span>{item.label}</span>
      {item.live && <i className="live" title="Live" />}
      {count && <Count {...count} />}
    </Link>
  );
}

/** The pages, with the tooth at the current one. */
export function RailNav({ counts }: { counts: NavCounts }) {
  return (
    <nav aria-label="Main">
      {navigation.map((group, at) => (
        <div className="group" key={group.heading ?? at}>
          {group.heading && <h2>{group.heading}</h2>}
          {group.items.map((item) => (
            <RailLink key={item.id} item={item} counts={counts} />
          ))}
        </div>
      ))}
    </nav>
  );
}

/** Settings, at the foot of the rail. */
export function RailFoot({ counts }: { counts: NavCounts }) {
  return footNavigation.map((item) => <RailLink key={item.id} item={item} counts={counts} />);
}
