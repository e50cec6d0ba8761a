"use client";
import type { CustomOverlap, OverlapChoice } from "@/components/keys/rotation/overlap";
import { FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Presets } from "@/components/ui/form/presets";
import { Select } from "@/components/ui/form/select";
import { soonText } from "@/components/ui/words/ahead";

export interface OverlapFieldProps {
  label: string;
  /** What the choice leads to, in words. */
  aside: string;
  choices: readonly OverlapChoice[];
  value: OverlapChoice;
  onChange: (value: OverlapChoice) => void;
  custom: CustomOverlap;
  onCustom: (custom: CustomOverlap) => void;
  error?: string | undefined;
  nowMs: number;
}

const words: Record<OverlapChoice, string> = {
  none: "None",
  "1h": "1 h",
  "24h": "24 h",
  "7d": "7 d",
  custom: "Custom",
};
const ahead = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 } as const;

function leadsTo(choice: OverlapChoice, nowMs: number): string {
  if (choice === "none") return "at once";
  if (choice === "custom") return "up to 30 d";
  return soonText(new Date(nowMs + ahead[choice]).toISOString(), nowMs);
}

/** Presets for how long the old secret goes on working, each with the moment it leads to. */
export function OverlapField(props: OverlapFieldProps) {
  const { label, aside, choices, value, onChange, custom, onCustom, error, nowMs } = props;
  return (
    <FieldSet label={label} aside={aside} error={error}>
      <Presets
        options={choices.map((choice) => ({
          value: choice,
          label: words[choice],
          leadsTo: leadsTo(choice, nowMs),
        }))}
        value={value}
        onChange={onChange}
      />
      {value === "custom" && (
        <div className="choice-line">
          <Input
            inputMode="decimal"
            aria-label={`${label}, how many`}
            aria-invalid={error ? true : undefined}
            value={custom.count}
            onChange={(event) => onCustom({ ...custom, count: event.target.value })}
          />
          <Select
            label={`${label}, unit`}
            options={[
              { value: "minutes", label: "minutes" },
              { value: "hours", label: "hours" },
              { value: "days", label: "days" },
            ]}
            value={custom.unit}
            onChange={(unit) => onCustom({ ...custom, unit })}
          />
        </div>
      )}
    </FieldSet>
  );
}
