import { Meter } from "@/components/ui/meter";
import { durationText } from "@/components/ui/words/when";
import type { Decision } from "@/lib/events/schema";

interface Step {
  name: string;
  us: number;
}

/** Latchkey's own steps, µs. What was not measured by itself (reading, limits, recording) is one step. */
export function stepsOf({ authenticate, decide, total, upstream }: Decision["latencyUs"]): {
  steps: Step[];
  ourUs: number;
} {
  const ourUs = Math.max(0, total - (upstream ?? 0));
  const rest = Math.max(0, ourUs - authenticate - decide);
  return {
    ourUs,
    steps: [
      { name: "Authenticate", us: authenticate },
      { name: "Decide", us: decide },
      { name: "Read, limit and record", us: rest },
    ],
  };
}

/** Where the time of one call went. */
export function Steps({ latencyUs }: { latencyUs: Decision["latencyUs"] }) {
  const { steps, ourUs } = stepsOf(latencyUs);
  return (
    <div className="detail-sec">
      <h2>Steps</h2>
      <ol className="steps">
        {steps.map(({ name, us }) => (
          <li key={name}>
            <span>{name}</span>
            <Meter label={`${name}: ${durationText(us)}`} parts={[{ share: ourUs === 0 ? 0 : us / ourUs }]} />
            <b>{durationText(us)}</b>
          </li>
        ))}
        <li className={latencyUs.upstream === null ? "unsent" : undefined}>
          <span>Forward</span>
          <span />
          <b>{latencyUs.upstream === null ? "not sent" : durationText(latencyUs.upstream)}</b>
        </li>
      </ol>
      <p className="row small">
        <span className="muted">Our part</span>
        <span className="grow" />
        <b>{durationText(ourUs)}</b>
      </p>
    </div>
  );
}
