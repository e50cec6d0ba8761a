"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { shellFacts } from "@/components/shell/frame/facts";
import type { ShellFacts } from "@/components/shell/frame/facts-answer";
import type { NavItem } from "@/components/shell/frame/navigation";
import { usePages } from "@/components/shell/side";
import { Icon } from "@/components/ui/icon";

function RailLink({ item, count }: { item: NavItem; count?: number | undefined }) {
  const path = usePathname();
  const current = path === item.href || path.startsWith(`${item.href}/`);
  return (
    <Link href={item.href} aria-current={current ? "page" : undefined}>
      <Icon of={item.icon} />
      <span>{item.label}</span>
      {item.live && <i className="live" title="Live" />}
      {count !== undefined && <em>{count.toLocaleString("en")}</em>}
    </Link>
  );
}

/** The pages, with the tooth at the current one. */
export function RailNav({ facts }: { facts: ShellFacts }) {
  const counts: Partial<Record<string, { count: number }>> = useQuery(shellFacts(facts)).data.counts;
  return (
    <nav aria-label="Main">
      {usePages().groups.map((group, at) => (
        <div className="group" key={group.heading ?? at}>
          {group.heading && <h2>{group.heading}</h2>}
          {group.items.map((item) => (
            <RailLink key={item.id} item={item} count={counts[item.id]?.count} />
          ))}
        </div>
      ))}
    </nav>
  );
}

/** Settings, at the foot of the rail. */
export function RailFoot() {
  return usePages().foot.map((item) => <RailLink key={item.id} item={item} />);
}
