"use client";
import Link from "next/link";
import { EditButton } from "@/components/forms/edit-button";
import { limitState, quotaState, usedText } from "@/components/keys/plates/limit-state";
import { useSide } from "@/components/shell/side";
import { BurnMeter } from "@/components/usage/burn-meter";
import { Meter } from "@/components/ui/meter";
import { Plate } from "@/components/ui/plate";
import { useNow } from "@/components/ui/words/use-now";
import type { KeyDetail } from "@/lib/keys/schema";

/** Share of a limit from which it is shown as nearly gone. */
const soonFrom = 0.8;

function toneOf(share: number): "ok" | "limited" | "denied" {
  if (share < soonFrom) return "ok";
  return share < 1 ? "limited" : "denied";
}

function PlanWords({ plan }: { plan: KeyDetail["limits"]["plan"] }) {
  const isProvider = useSide() === "workspace";
  if (plan === null) return null;
  const { name } = plan;
  return (
    <span>
      Plan{" "}
      {isProvider ? <Link href={`/settings/plans/${encodeURIComponent(name)}`}>{name}</Link> : <b>{name}</b>}
      {plan.from === "customer" && ", its customer's"}
    </span>
  );
}

/** Everything that limits the key now, whose each limit is, and how much of it is gone. */
export function LimitsPlate({ subject, onEdit }: { subject: KeyDetail; onEdit?: (() => void) | undefined }) {
  const now = useNow();
  const { plan, rateLimits, quotas } = subject.limits;
  return (
    <Plate
      title="Limits"
      padded={false}
      aside={
        <>
          <PlanWords plan={plan} />
          <EditButton onEdit={onEdit} what="limits" />
        </>
      }
    >
      <div className="pad list limits">
        {rateLimits.length === 0 && quotas.length === 0 && (
          <p className="muted">
            Unlimited. A plan, its customer or the key itself can set rate limits and quotas.
          </p>
        )}
        {rateLimits.map((limit) => {
          const { label, size, used, most, note } = limitState(limit, now);
          const share = (used ?? 0) / most;
          return (
            <div key={`${limit.source} ${limit.name}`} className="limit-meter">
              <p className="row">
                <span className="trunc" title={label}>
                  {label} <span className="small faint">{size}</span>
                </span>
                <span className="grow" />
                <b className="nowrap">{usedText(used, most)}</b>
              </p>
              <Meter
                label={`${label}: ${usedText(used, most)}`}
                parts={used === null ? [] : [{ share, tone: toneOf(share) }]}
              />
              <p className="small muted" suppressHydrationWarning>
                {note}
              </p>
            </div>
          );
        })}
        {quotas.map((quota) => {
          const { label, source, burn } = quotaState(quota, now);
          return (
            <BurnMeter
              key={`${quota.source} ${quota.per}`}
              burn={burn}
              label={
                <>
                  {label} <span className="small faint">{source}</span>
                </>
              }
            />
          );
        })}
      </div>
    </Plate>
  );
}
