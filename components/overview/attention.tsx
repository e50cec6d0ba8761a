"use client";
import { clsx } from "clsx";
import { Clock, type LucideIcon, Pause, RefreshCw, Server, TrendingUp } from "lucide-react";
import type { ReactNode } from "react";
import { percentText } from "@/components/overview/metrics";
import { useMayOpen } from "@/components/shell/side";
import { ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Plate } from "@/components/ui/plate";
import { hourText, lengthText, untilText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { agoText } from "@/components/ui/words/when";
import type { AttentionItem } from "@/lib/usage/schema";

interface Line {
  icon: LucideIcon;
  tone: "soon" | "accent" | "bad" | "";
  fact: ReactNode;
  more: string;
  verb: string;
  href: string;
}

const flagWords = { calls: "calls", denials: "denied calls", errors: "failed calls" };

function callsText(calls: number): string {
  return `${calls.toLocaleString("en")} ${calls === 1 ? "call" : "calls"}`;
}

/** What one thing needs, in words, and where it is done. */
function lineOf(item: AttentionItem, nowMs: number): Line {
  switch (item.kind) {
    case "key-expiring": {
      const used = item.lastUsedAt === null ? "Never used" : `Used ${agoText(item.lastUsedAt, nowMs)}`;
      return {
        icon: Clock,
        tone: "soon",
        verb: "Extend",
        href: `/keys/${item.keyId}?do=edit`,
        fact: (
          <>
            <b>{item.keyName}</b> expires {untilText(item.expiresAt, nowMs)}
          </>
        ),
        more: item.callsLastHour > 0 ? `${used}, ${callsText(item.callsLastHour)} an hour` : used,
      };
    }
    case "rotation-overlap":
      return {
        icon: RefreshCw,
        tone: "accent",
        verb: "View",
        href: `/keys/${item.keyId}`,
        fact: (
          <>
            <b>{item.keyName}</b> is in overlap
          </>
        ),
        more: `Old secret …${item.oldSecretMasked.slice(-4)}: ${callsText(item.oldSecretCallsLastHour)} an hour, ${lengthText((Date.parse(item.endsAt) - nowMs) / 1000)} left`,
      };
    case "key-denials":
      return {
        icon: TrendingUp,
        tone: "bad",
        verb: "Explain",
        href: `/decisions?view=history&credential=${item.keyId}&verdict=deny`,
        fact: (
          <>
            <b>{item.keyName}</b> denied {Math.round(item.times)}× its usual rate
          </>
        ),
        more: `Since ${hourText(item.since)}${item.route === null ? "" : `, mostly ${item.route}`}`,
      };
    case "key-flagged":
      return {
        icon: TrendingUp,
        tone: "bad",
        verb: "View",
        href: `/keys/${item.keyId}`,
        fact: (
          <>
            <b>{item.keyName}</b> has unusually many {flagWords[item.flag]}
          </>
        ),
        more: `Since ${hourText(item.since)}: ${item.reason}`,
      };
    case "service-errors":
      return {
        icon: Server,
        tone: "bad",
        verb: "Open",
        href: `/services/${item.serviceId}`,
        fact: (
          <>
            Service <b>{item.service}</b> fails
          </>
        ),
        more: `${item.errors.toLocaleString("en")} upstream errors in 24 h, ${percentText(item.errorRate)} % of its calls`,
      };
    case "key-disabled":
      return {
        icon: Pause,
        tone: "",
        verb: "View",
        href: `/keys/${item.keyId}`,
        fact: (
          <>
            <b>{item.keyName}</b> is disabled and still called
          </>
        ),
        more: `${callsText(item.denied)} refused in 24 h`,
      };
  }
}

/** Everything that needs someone, each with one verb. */
export function Attention({ items }: { items: readonly AttentionItem[] }) {
  const now = useNow();
  const mayOpen = useMayOpen();
  return (
    <Plate
      title="Needs attention"
      className="attention"
      padded={false}
      aside={items.length === 0 ? "nothing" : items.length.toLocaleString("en")}
    >
      {items.length === 0 ? (
        <p className="pad muted">
          No key ends soon, no rotation waits, and nothing is denied or fails more than usual.
        </p>
      ) : (
        <ul>
          {items.map((item) => {
            const { icon, tone, fact, more, verb, href } = lineOf(item, now);
            return (
              <li key={`${item.kind} ${href}`}>
                <span className={clsx("att-ic", tone)}>
                  <Icon of={icon} />
                </span>
                <div className="att-words">
                  <p suppressHydrationWarning>{fact}</p>
                  <p className="small muted" suppressHydrationWarning>
                    {more}
                  </p>
                </div>
                {mayOpen(href) && (
                  <ButtonLink kind="ghost" size={28} href={href}>
                    {verb}
                  </ButtonLink>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Plate>
  );
}
