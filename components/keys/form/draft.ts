import type { z } from "zod";
import { sentence } from "@/components/forms/field-errors";
import { isSameJson, readJson } from "@/components/forms/json-text";
import {
  emptyLimits,
  limitsDraftOf,
  type LimitsDraft,
  limitsOf,
  unreadableLimits,
} from "@/components/keys/form/limits-draft";
import { CreateKey, UpdateKey } from "@/lib/keys/changes/schema";
import type { Key } from "@/lib/keys/schema";

/** When a key ends: as it is, never, after a time, or at a moment of one's own. */
export type Expiry = "keep" | "never" | "30d" | "90d" | "1y" | "custom";

/** A key as it is typed: text where people type text. */
export interface KeyDraft extends LimitsDraft {
  name: string;
  environment: "live" | "test";
  /** Id, or null for the workspace's own. */
  customer: string | null;
  scopes: readonly string[];
  roles: readonly string[];
  expiry: Expiry;
  /** `2027-01-31T12:00`, UTC. */
  expiryMoment: string;
  /** One block a line. */
  allowedIps: string;
  /** One origin a line. */
  allowedOrigins: string;
  /** Name of its own plan; empty leaves it to its customer's. */
  plan: string;
  /** The provider's own id of it; empty for none. */
  externalId: string;
  /** JSON. */
  metadata: string;
  /** Separated by commas. */
  labels: string;
}

/** A field of the form; an error belongs to one. `form` is for what belongs to none. */
export type DraftField = keyof KeyDraft | "form";

/** What is wrong with which field, in sentences. */
export type DraftErrors = Partial<Record<DraftField, string>>;

export const emptyDraft: KeyDraft = {
  name: "",
  environment: "live",
  customer: null,
  scopes: [],
  roles: [],
  expiry: "never",
  expiryMoment: "",
  allowedIps: "",
  allowedOrigins: "",
  plan: "",
  externalId: "",
  ...emptyLimits,
  metadata: "",
  labels: "",
};

/** The draft that changing a key begins with. */
export function draftOf(key: Key): KeyDraft {
  return {
    name: key.name,
    environment: key.environment,
    customer: key.customer,
    scopes: key.scopes,
    roles: key.roles,
    expiry: key.expiresAt === null ? "never" : "keep",
    expiryMoment: "",
    allowedIps: key.allowedIps.join("\n"),
    allowedOrigins: key.allowedOrigins.join("\n"),
    plan: key.plan ?? "",
    externalId: key.externalId ?? "",
    ...limitsDraftOf(key),
    metadata: Object.keys(key.metadata).length === 0 ? "" : JSON.stringify(key.metadata, null, 2),
    labels: key.labels.join(", "),
  };
}

const expiryDays = { "30d": 30, "90d": 90, "1y": 365 } as const;

/** The moment that a choice of expiry leads to, RFC 3339; null for never, undefined while none is chosen or it stays. */
export function expiresAtOf(
  { expiry, expiryMoment }: Pick<KeyDraft, "expiry" | "expiryMoment">,
  nowMs: number,
): string | null | undefined {
  switch (expiry) {
    case "keep":
      return undefined;
    case "never":
      return null;
    case "30d":
    case "90d":
    case "1y":
      return new Date(nowMs + expiryDays[expiry] * 86_400_000).toISOString();
    case "custom": {
      const moment = new Date(`${expiryMoment}Z`);
      return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
    }
  }
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function labelsOf(text: string): string[] {
  return text
    .split(",")
    .map((label) => label.trim())
    .filter((label) => label !== "");
}

/** What cannot be said to the API at all, because it is not of the right kind yet. */
function unreadable(draft: KeyDraft, nowMs: number): DraftErrors {
  const errors: DraftErrors = unreadableLimits(draft);
  const metadata = readJson(draft.metadata);
  if ("error" in metadata) errors.metadata = metadata.error;
  if (draft.expiry === "custom") {
    const at = expiresAtOf(draft, nowMs);
    if (typeof at !== "string") errors.expiry = "Choose a day and a time.";
    else if (Date.parse(at) <= nowMs) errors.expiry = "Must lie ahead.";
  }
  return errors;
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text;
}

function candidateOf(draft: KeyDraft, { nowMs, mayLimit, isProvider }: ReadContext) {
  const metadata = readJson(draft.metadata);
  return {
    name: draft.name,
    scopes: draft.scopes,
    roles: draft.roles,
    labels: labelsOf(draft.labels),
    allowedIps: lines(draft.allowedIps),
    allowedOrigins: lines(draft.allowedOrigins),
    ...(isProvider && {
      metadata: "value" in metadata ? metadata.value : {},
      externalId: textOrNull(draft.externalId),
    }),
    ...(mayLimit && { ...limitsOf(draft), plan: textOrNull(draft.plan) }),
    expiresAt: expiresAtOf(draft, nowMs),
  };
}

/** What reading depends on: the time, and what the person may write. */
export interface ReadContext {
  nowMs: number;
  /** Plan, limits and quotas: owners and admins. */
  mayLimit: boolean;
  /** Metadata and external id: everyone on the workspace's own side. */
  isProvider: boolean;
}

/** Reads a new key by the API's own schema. */
export function readNewKey(
  draft: KeyDraft,
  context: ReadContext,
): { input: z.output<typeof CreateKey> } | { errors: DraftErrors } {
  const early = unreadable(draft, context.nowMs);
  const { environment, customer } = draft;
  const parsed = CreateKey.safeParse({ ...candidateOf(draft, context), environment, customer });
  if (parsed.success && Object.keys(early).length === 0) return { input: parsed.data };
  return { errors: { ...(parsed.success ? {} : errorsOf(parsed.error.issues)), ...early } };
}

/** Reads what was changed of a key; an empty change when nothing was. */
export function readKeyChange(
  draft: KeyDraft,
  { key, ...context }: ReadContext & { key: Key },
): { change: z.output<typeof UpdateKey> } | { errors: DraftErrors } {
  const early = unreadable(draft, context.nowMs);
  const parsed = UpdateKey.safeParse(candidateOf(draft, context));
  if (!parsed.success || Object.keys(early).length > 0)
    return { errors: { ...(parsed.success ? {} : errorsOf(parsed.error.issues)), ...early } };
  const before: Record<string, unknown> = key;
  const entries = Object.entries(parsed.data).filter(
    ([name, value]) => value !== undefined && !isSameJson(value, before[name]),
  );
  return { change: UpdateKey.parse(Object.fromEntries(entries)) };
}

const fieldOf: Readonly<Record<string, DraftField>> = {
  name: "name",
  environment: "environment",
  customer: "customer",
  scopes: "scopes",
  roles: "roles",
  expiresAt: "expiry",
  allowedIps: "allowedIps",
  allowedOrigins: "allowedOrigins",
  plan: "plan",
  externalId: "externalId",
  rateLimits: "rateLimits",
  quotas: "quotaMonth",
  metadata: "metadata",
  labels: "labels",
};

/** What one entry of a list is called. */
const entryOf: Readonly<Record<string, string>> = {
  allowedIps: "Line",
  allowedOrigins: "Line",
  rateLimits: "Limit",
};

/** Errors of the API, or of its schema, by the field they belong to; the first of each field. */
export function errorsOf(
  issues: readonly { path: string | readonly PropertyKey[]; message: string }[],
): DraftErrors {
  const errors: DraftErrors = {};
  for (const { path, message } of issues) {
    const steps = typeof path === "string" ? path.split(".") : path.map(String);
    const [first = "", second] = steps;
    const field = fieldOf[first] ?? "form";
    const entry = entryOf[first];
    const place =
      entry !== undefined && second !== undefined && /^\d+$/.test(second)
        ? `${entry} ${Number(second) + 1} `
        : "";
    errors[field] ??= sentence(field === "form" && first !== "" ? `${first} ${message}` : place + message);
  }
  return errors;
}
