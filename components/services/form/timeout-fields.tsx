import type { ServiceDraft } from "@/components/services/form/draft";
import type { PartProps } from "@/components/services/form/part";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";

/** What stands inside, in a word or two. */
export function timeoutsSaid({ connectTimeoutMs, responseTimeoutMs }: ServiceDraft): string {
  return `connect ${secondsText(connectTimeoutMs)}, answer ${secondsText(responseTimeoutMs)}`;
}

/** As it was typed where it is no number. */
function secondsText(typedMs: string): string {
  const ms = Number(typedMs);
  if (typedMs.trim() === "" || Number.isNaN(ms)) return typedMs;
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toLocaleString("en")} s`;
}

/** How long the upstream may take. */
export function TimeoutFields({ draft, errors, edit }: PartProps) {
  return (
    <div className="two-fields">
      <Field label="Connect timeout" aside="ms" error={errors["connectTimeoutMs"]}>
        <Input
          inputMode="numeric"
          value={draft.connectTimeoutMs}
          onChange={(event) => edit({ connectTimeoutMs: event.target.value })}
        />
      </Field>
      <Field label="Answer timeout" aside="ms" error={errors["responseTimeoutMs"]}>
        <Input
          inputMode="numeric"
          value={draft.responseTimeoutMs}
          onChange={(event) => edit({ responseTimeoutMs: event.target.value })}
        />
      </Field>
    </div>
  );
}
