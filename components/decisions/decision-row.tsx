import { clsx } from "clsx";
import { isSubject } from "@/components/decisions/was-judged";
import { determinedBy } from "@/components/decisions/why";
import { Metal } from "@/components/keys/masked-key";
import type { ShownRows } from "@/components/live/records";
import { RouteText } from "@/components/ui/words/chips";
import { Shape } from "@/components/ui/words/shapes";
import { Clock } from "@/components/ui/words/clock";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { millisecondsText } from "@/components/ui/words/when";
import type { Decision } from "@/lib/events/schema";

/** Brass, nickel, an outline for a JWT or a dash, read from the credential's ids. */
export function metalOf(credential: Decision["credential"]): "live" | "test" | "jwt" | "none" {
  if (credential === null) return "none";
  if (isSubject({ credential })) return "jwt";
  return credential.prefix.endsWith("_test") ? "test" : "live";
}

const underlineMax = 36;
/** A latency that fills the underline, µs. */
const underlineFullUs = 100_000;

function underlineWidth(us: number): number {
  return Math.max(1, Math.min(underlineMax, Math.round((us / underlineFullUs) * underlineMax)));
}

export interface DecisionRowProps {
  decision: Decision;
  open: boolean;
  /** It came with the last change of a live tail. */
  arriving: boolean;
  onOpen: () => void;
}

/** 32 px: what was decided, about whom and what, by which rule, and how long it took. Two lines on a phone. */
export function DecisionRow({ decision, open, arriving, onOpen }: DecisionRowProps) {
  const { verdict, credential, status, latencyUs, shadow } = decision;
  return (
    <tr
      className={clsx(verdict, open && "open", arriving && "arriving")}
      aria-current={open ? "true" : undefined}
      onClick={onOpen}
    >
      <td className="d-time">
        <Clock at={decision.at} />
      </td>
      <td className="d-v">
        <VerdictWord verdict={verdict} />
      </td>
      <td className="d-cred">
        <span className="row">
          <Metal of={metalOf(credential)} />
          <span className="trunc" title={credential?.name}>
            {credential?.name ?? "no credential"}
          </span>
        </span>
      </td>
      <td className="d-route">
        <a
          className="d-open"
          href={`/decisions/${decision.id}`}
          aria-expanded={open}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return event.stopPropagation();
            event.preventDefault();
          }}
        >
          <span className="faint">{decision.service ?? "–"}</span>
          <RouteText method={decision.method} path={decision.route ?? decision.path} />
        </a>
      </td>
      <td className="d-rule">
        <span className="trunc" title={determinedBy(decision)}>
          {determinedBy(decision)}
        </span>
        {decision.count > 1 && <span className="small faint"> × {decision.count.toLocaleString("en")}</span>}
        {shadow !== null && (
          <span className="t-shadow sh" title={`Shadow: ${shadow.rules.join(", ")} would ${shadow.verdict}`}>
            <Shape name={`would-${shadow.verdict}`} />
            <span className="vh">
              Shadow: {shadow.rules.join(", ")} would {shadow.verdict}
            </span>
          </span>
        )}
      </td>
      <td className={clsx("num d-st", status >= 500 && verdict === "allow" && "t-deny")}>{status}</td>
      <td className="num d-ms">
        <span>{millisecondsText(latencyUs.total)}</span>
        <svg className="d-line" width={underlineMax} height="2" aria-hidden="true">
          <rect
            x={underlineMax - underlineWidth(latencyUs.total)}
            width={underlineWidth(latencyUs.total)}
            height="2"
          />
        </svg>
      </td>
    </tr>
  );
}

export interface DecisionTableProps extends ShownRows<Decision> {
  label: string;
}

/** Decisions, newest first. */
export function DecisionTable({ label, rows, openId, arrived, onOpen }: DecisionTableProps) {
  return (
    <table className="data-table records-table dec-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Verdict</th>
          <th scope="col">Credential</th>
          <th scope="col">Service and route</th>
          <th scope="col">Rule</th>
          <th scope="col" className="num">
            Status
          </th>
          <th scope="col" className="num">
            ms
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <DecisionRow
            key={row.id}
            decision={row}
            open={row.id === openId}
            arriving={arrived?.has(row.id) === true}
            onOpen={() => onOpen(row.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
