"use client";
import type { ReactNode } from "react";
import { compactText } from "@/components/charts/prepare";
import { type Burn, forecastOf, forecastText } from "@/components/usage/burn-down";
import { Meter } from "@/components/ui/meter";
import { useIsHydrated } from "@/components/ui/words/use-is-hydrated";
import { useNow } from "@/components/ui/words/use-now";

/** Share from which a quota is shown as running out. */
const soonFrom = 0.7;

/** How much of a quota is used, and hatched behind it where it will be by the end of its period. */
export function BurnMeter({ label, burn }: { label: ReactNode; burn: Burn }) {
  const now = useNow();
  const isHydrated = useIsHydrated();
  const forecast = isHydrated ? forecastOf(burn, now) : null;
  const used = burn.used === null ? "?" : compactText(burn.used);
  const tone =
    forecast === null || forecast.used < soonFrom ? "ok" : forecast.used < 1 ? "limited" : "denied";
  return (
    <div className="limit-meter">
      <p className="row">
        <span className="trunc">{label}</span>
        <span className="grow" />
        <span className="nowrap">
          <b>{used}</b> <span className="muted">of {compactText(burn.limit)}</span>
        </span>
      </p>
      <Meter
        label={`${used} of ${compactText(burn.limit)}`}
        parts={
          forecast === null
            ? []
            : [
                { share: forecast.used, tone },
                { share: forecast.byEnd - forecast.used, tone: "spent" },
              ]
        }
      />
      <p className="small muted" suppressHydrationWarning>
        {isHydrated && forecastText(burn, now)}
      </p>
    </div>
  );
}
