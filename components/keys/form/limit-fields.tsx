"use client";
import { Plus, X } from "lucide-react";
import type { LimitDraft, LimitsDraft } from "@/components/keys/form/limits-draft";
import { Button, IconButton } from "@/components/ui/button";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { Icon } from "@/components/ui/icon";

const windows = [
  { value: "1", label: "a second" },
  { value: "60", label: "a minute" },
  { value: "3600", label: "an hour" },
  { value: "86400", label: "a day" },
] as const;

const algorithms = [
  { value: "sliding-window", label: "sliding window" },
  { value: "token-bucket", label: "token bucket" },
] as const;

const mostLimits = 10;

function freeName(limits: readonly LimitDraft[]): string {
  const taken = new Set(limits.map(({ name }) => name));
  if (!taken.has("default")) return "default";
  for (let at = 2; ; at += 1) if (!taken.has(`limit-${at}`)) return `limit-${at}`;
}

function LimitRow({
  limit,
  place,
  onChange,
  onRemove,
}: {
  limit: LimitDraft;
  /** Which of the limits it is, from 1. */
  place: number;
  onChange: (limit: LimitDraft) => void;
  onRemove: () => void;
}) {
  const known = windows.some(({ value }) => value === limit.windowSeconds);
  const options = known
    ? windows
    : [...windows, { value: limit.windowSeconds, label: `${limit.windowSeconds} s` }];
  const bucket = limit.algorithm === "token-bucket";
  return (
    <div className={bucket ? "limit-row burst" : "limit-row"}>
      <Input
        className="limit-name"
        aria-label={`Name of limit ${place}`}
        placeholder="name"
        maxLength={40}
        spellCheck={false}
        autoComplete="off"
        before={<span className="small faint">Name</span>}
        value={limit.name}
        onChange={(event) => onChange({ ...limit, name: event.target.value })}
      />
      <Input
        inputMode="numeric"
        aria-label={`Calls, limit ${limit.name}`}
        placeholder="600"
        value={limit.limit}
        onChange={(event) => onChange({ ...limit, limit: event.target.value })}
      />
      <Select
        label={`Window, limit ${limit.name}`}
        options={options}
        value={limit.windowSeconds}
        onChange={(windowSeconds) => onChange({ ...limit, windowSeconds })}
      />
      <Select
        label={`Kind, limit ${limit.name}`}
        options={algorithms}
        value={limit.algorithm}
        onChange={(algorithm) => onChange({ ...limit, algorithm })}
      />
      {bucket && (
        <Input
          inputMode="numeric"
          aria-label={`Burst, limit ${limit.name}`}
          placeholder={`burst ${limit.limit}`}
          value={limit.burst}
          onChange={(event) => onChange({ ...limit, burst: event.target.value })}
        />
      )}
      <IconButton
        label={`Take away limit ${limit.name}`}
        size={32}
        icon={<Icon of={X} />}
        onClick={onRemove}
      />
    </div>
  );
}

export interface LimitFieldsProps {
  draft: LimitsDraft;
  onChange: (change: Partial<LimitsDraft>) => void;
  errors: Partial<Record<keyof LimitsDraft, string>>;
}

/** Rate limits, all of which must pass, and quotas. */
export function LimitFields({ draft, onChange, errors }: LimitFieldsProps) {
  const { rateLimits, quotaDay, quotaMonth } = draft;
  const fresh: LimitDraft = {
    name: freeName(rateLimits),
    algorithm: "sliding-window",
    limit: "",
    windowSeconds: "60",
    burst: "",
  };
  return (
    <>
      <FieldSet
        label="Rate limits"
        aside={rateLimits.length === 0 ? "unlimited" : "all must pass"}
        error={errors.rateLimits}
      >
        {rateLimits.map((limit, at) => (
          <LimitRow
            key={at}
            place={at + 1}
            limit={limit}
            onChange={(next) =>
              onChange({ rateLimits: rateLimits.map((one, index) => (index === at ? next : one)) })
            }
            onRemove={() => onChange({ rateLimits: rateLimits.filter((_, index) => index !== at) })}
          />
        ))}
        <span>
          <Button
            size={28}
            icon={<Icon of={Plus} />}
            why={rateLimits.length >= mostLimits && `There are at most ${mostLimits} limits.`}
            onClick={() => onChange({ rateLimits: [...rateLimits, fresh] })}
          >
            Add limit
          </Button>
        </span>
      </FieldSet>
      <div className="pair">
        <Field label="Quota a day" aside="calls, UTC" error={errors.quotaDay}>
          <Input
            inputMode="numeric"
            placeholder="No quota"
            value={quotaDay}
            onChange={(event) => onChange({ quotaDay: event.target.value })}
          />
        </Field>
        <Field label="Quota a month" aside="calls, UTC" error={errors.quotaMonth}>
          <Input
            inputMode="numeric"
            placeholder="No quota"
            value={quotaMonth}
            onChange={(event) => onChange({ quotaMonth: event.target.value })}
          />
        </Field>
      </div>
    </>
  );
}
