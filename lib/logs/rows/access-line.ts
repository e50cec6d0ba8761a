import type { Decision } from "@/lib/events/schema";
import type { LoadedDecision } from "@/lib/events/stream/loaded-decision";
import type { LogLevel } from "@/lib/logs/schema";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";

/** SQL over a row of `decision` for what {@link accessLevel} says. */
export const accessLevelSql =
  "(case when status >= 500 then 'error' when status >= 400 or verdict <> 'allow' then 'warn' else 'info' end)";

/** SQL over a row of `decision` for what {@link accessMessage} says. */
export const accessMessageSql =
  "concat(method, ' ', path, ' ', status, ' ', case when total_us < 1000 then '<1' else round(total_us / 1000.0)::text end, ' ms')";

/** Errors of the upstream and ours are errors, refusals and the caller's mistakes warnings. */
export function accessLevel({ status, verdict }: Pick<Decision, "status" | "verdict">): LogLevel {
  if (status >= 500) return "error";
  return status >= 400 || verdict !== "allow" ? "warn" : "info";
}

/** `GET /v1/invoices 200 12 ms`. */
export function accessMessage({ method, path, status, latencyUs: { total } }: Decision): string {
  const ms = total < 1_000 ? "<1" : String(Math.round(total / 1_000));
  return `${method} ${path} ${status} ${ms} ms`;
}

/** A call of the gateway as a line; it is stored as a decision only. */
export function accessLine({ seq, serviceId, decision }: LoadedDecision): PlacedLine {
  const { id, at, service, credential, address, traceId } = decision;
  const { method, path, status, verdict, rules, reason, requestBytes, responseBytes, latencyUs, count } =
    decision;
  return {
    place: seq,
    serviceId,
    line: {
      id,
      at,
      level: accessLevel(decision),
      source: "gateway",
      service,
      customer: credential?.customer ?? null,
      message: accessMessage(decision),
      data: {
        method,
        path,
        status,
        verdict,
        rules,
        reason,
        credential: credential === null ? null : credential.id,
        requestBytes,
        responseBytes,
        totalUs: latencyUs.total,
        upstreamUs: latencyUs.upstream,
        count,
      },
      address,
      traceId,
      writtenBy: null,
      decision: id,
    },
  };
}
