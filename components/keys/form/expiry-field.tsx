"use client";
import { expiresAtOf, type Expiry } from "@/components/keys/form/draft";
import { FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Presets } from "@/components/ui/form/presets";
import { stopText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { dateText } from "@/components/ui/words/when";

export interface ExpiryFieldProps {
  value: { expiry: Expiry; expiryMoment: string };
  onChange: (value: { expiry: Expiry; expiryMoment: string }) => void;
  /** End of a key that exists, RFC 3339; adds "Keep". */
  current?: string | null | undefined;
  error?: string | undefined;
}

const words: Record<Expiry, string> = {
  keep: "Keep",
  never: "Never",
  "30d": "30 d",
  "90d": "90 d",
  "1y": "1 y",
  custom: "Custom",
};

/** When the key ends: presets with the date each leads to, or a moment of one's own. */
export function ExpiryField({ value, onChange, current, error }: ExpiryFieldProps) {
  const now = useNow();
  const choices: Expiry[] = current
    ? ["keep", "30d", "90d", "1y", "never", "custom"]
    : ["never", "30d", "90d", "1y", "custom"];
  const leadsTo = (expiry: Expiry): string => {
    if (expiry === "keep") return dateText(current ?? "", now);
    if (expiry === "never") return "no end";
    if (expiry === "custom") return "a day and time";
    return dateText(expiresAtOf({ expiry, expiryMoment: "" }, now) ?? "", now);
  };
  const at = value.expiry === "keep" ? current : expiresAtOf(value, now);
  return (
    <FieldSet
      label="Expires"
      aside={at ? `${stopText(at, now)} UTC` : at === null ? "never" : undefined}
      error={error}
    >
      <div className={current ? "six" : undefined}>
        <Presets
          options={choices.map((expiry) => ({
            value: expiry,
            label: words[expiry],
            leadsTo: leadsTo(expiry),
          }))}
          value={value.expiry}
          onChange={(expiry) => onChange({ ...value, expiry })}
        />
      </div>
      {value.expiry === "custom" && (
        <Input
          type="datetime-local"
          aria-label="Expires at, UTC"
          value={value.expiryMoment}
          after={<span className="small faint">UTC</span>}
          onChange={(event) => onChange({ ...value, expiryMoment: event.target.value })}
        />
      )}
    </FieldSet>
  );
}
