"use client";
import type { ExpiryChoice, ValueDraft } from "@/components/datastore/form/value-draft";
import { FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Presets } from "@/components/ui/form/presets";
import { soonText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import type { HeldValue } from "@/lib/client/datastore";

export interface ExpiryFieldsProps {
  draft: Pick<ValueDraft, "expiry" | "seconds">;
  /** What is replaced; one that expires can keep its moment. */
  stored: HeldValue | null;
  error: string | undefined;
  onChange: (change: Partial<Pick<ValueDraft, "expiry" | "seconds">>) => void;
}

const lengths = [
  { value: "3600", label: "1 h" },
  { value: "86400", label: "24 h" },
  { value: "604800", label: "7 d" },
] as const;

/** When the value is to be gone, each choice with the moment that it leads to. */
export function ExpiryFields({ draft, stored, error, onChange }: ExpiryFieldsProps) {
  const now = useNow();
  const after = (seconds: string) => soonText(new Date(now + Number(seconds) * 1_000).toISOString(), now);
  const kept = stored?.expiresAt ?? null;
  const options: { value: ExpiryChoice; label: string; leadsTo: string }[] = [
    ...(kept === null ? [] : [{ value: "keep" as const, label: "As it is", leadsTo: soonText(kept, now) }]),
    { value: "never", label: "Never", leadsTo: "stays" },
    ...lengths
      .slice(kept === null ? 0 : 1)
      .map(({ value, label }) => ({ value, label, leadsTo: after(value) })),
    { value: "other", label: "Other", leadsTo: "in seconds" },
  ];
  return (
    <FieldSet label="Expires" aside="UTC" error={error}>
      <Presets options={options} value={draft.expiry} onChange={(expiry) => onChange({ expiry })} />
      {draft.expiry === "other" && (
        <Input
          aria-label="Seconds until it expires"
          inputMode="numeric"
          value={draft.seconds}
          placeholder="900"
          aria-invalid={error === undefined ? undefined : true}
          onChange={(event) => onChange({ seconds: event.target.value })}
        />
      )}
    </FieldSet>
  );
}
