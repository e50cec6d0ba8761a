import { stepsOf } from "@/components/datastore/value/value-text";

export interface PrefixStepsProps {
  prefix: string;
  onNarrow: (prefix: string) => void;
}

/** The way to a prefix, each step of which leads back; nothing before the first step is whole. */
export function PrefixSteps({ prefix, onNarrow }: PrefixStepsProps) {
  if (!prefix.includes("/")) return null;
  const steps = stepsOf(prefix);
  return (
    <nav className="prefix-steps small" aria-label="Prefix">
      <button type="button" className="linkish" onClick={() => onNarrow("")}>
        All keys
      </button>
      {steps.map((step) =>
        step.prefix === prefix ? (
          <b key={step.prefix} className="mono" aria-current="true">
            {step.label}
          </b>
        ) : (
          <button
            key={step.prefix}
            type="button"
            className="linkish mono"
            onClick={() => onNarrow(step.prefix)}
          >
            {step.label}
          </button>
        ),
      )}
    </nav>
  );
}
