import { windowText } from "@/components/keys/detail/status-words";
import type { Quota, RateLimit } from "@/lib/limits/schema";

/** What limits something: rate limits, all of which must pass, and quotas. */
export interface LimitsShown {
  rateLimits: readonly RateLimit[];
  quotas: readonly Quota[];
}

/** `600 a minute`, `100 a second, burst 500`. */
export function rateText({ limit, windowSeconds, burst }: RateLimit): string {
  const rate = `${limit.toLocaleString("en")} ${windowText(windowSeconds)}`;
  return burst === undefined ? rate : `${rate}, burst ${burst.toLocaleString("en")}`;
}

/** `10,000 a day`. */
export function quotaText({ limit, per }: Quota): string {
  return `${limit.toLocaleString("en")} a ${per}`;
}

/** All of it in one line of a table. */
export function LimitsLine({ rateLimits, quotas }: LimitsShown) {
  const texts = [...rateLimits.map(rateText), ...quotas.map(quotaText)];
  if (texts.length === 0) return <span className="faint">unlimited</span>;
  const [first, ...rest] = texts;
  return (
    <span className="one-line" title={texts.join("; ")}>
      {first}
      {rest.length > 0 && <span className="small faint"> +{rest.length}</span>}
    </span>
  );
}

/** One fact a line, for a plate. */
export function LimitFacts({ rateLimits, quotas }: LimitsShown) {
  return (
    <>
      {rateLimits.map((limit) => (
        <div key={limit.name} className="row limit-fact">
          <span className="muted">{limit.name === "default" ? "Rate" : limit.name}</span>
          <span className="grow" />
          <b>{rateText(limit)}</b>
        </div>
      ))}
      {quotas.map((quota) => (
        <div key={quota.per} className="row limit-fact">
          <span className="muted">Quota</span>
          <span className="grow" />
          <b>{quotaText(quota)}</b>
        </div>
      ))}
    </>
  );
}
