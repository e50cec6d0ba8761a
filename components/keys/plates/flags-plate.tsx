"use client";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { Flag } from "lucide-react";
import { Icon } from "@/components/ui/icon";
import { Plate } from "@/components/ui/plate";
import { useNow } from "@/components/ui/words/use-now";
import { dateText, momentText } from "@/components/ui/words/when";
import { hourText } from "@/components/ui/words/ahead";
import { type KeyFlags, usage } from "@/lib/client/records/usage";

const words = { calls: "Unusual calls", denials: "Unusual denials", errors: "Unusual errors" } as const;

function spanText({ since, until }: KeyFlags[number], nowMs: number): string {
  const from = `${dateText(since, nowMs)} ${hourText(since)}`;
  return until === null ? `since ${from}` : `${from} – ${dateText(until, nowMs)} ${hourText(until)}`;
}

/** When the key's traffic departed from its own history, newest first; nothing where it never did. */
export function FlagsPlate({ keyId }: { keyId: string }) {
  const now = useNow();
  const { data } = useQuery(usage.flags(keyId));
  if (!data || data.items.length === 0) return null;
  return (
    <Plate title="Flags" padded={false}>
      <ul className="pad flag-list">
        {data.items.map((flag) => (
          <li key={`${flag.kind} ${flag.since}`} className={clsx(flag.until !== null && "ended")}>
            <Icon of={Flag} />
            <div>
              <p>
                <b>{words[flag.kind]}</b>{" "}
                <span
                  className="small faint"
                  title={`${momentText(flag.since)} UTC`}
                  suppressHydrationWarning
                >
                  {spanText(flag, now)}
                </span>
              </p>
              <p className="small muted">{flag.reason}</p>
              <p className="small faint">
                {flag.test === "negative-binomial" ? "Negative binomial" : "Beta-binomial"} test on{" "}
                {flag.historyWindows.toLocaleString("en")} earlier windows, p = {flag.pValue.toExponential(1)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Plate>
  );
}
