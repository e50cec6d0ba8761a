import type { FieldErrors } from "@/components/forms/field-errors";
import { sentence } from "@/components/forms/field-errors";
import { shownValue, sizeText, type ValueKind } from "@/components/datastore/value/value-text";
import type { HeldValue } from "@/lib/client/datastore";
import { ExpiresInSeconds, StoreKey, valueBytesMax } from "@/lib/datastore/schema";

/** Bytes that a person chose. */
export interface ChosenFile {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** When a value is to be gone: as it was, never, after a preset, or after a number of seconds that is typed. */
export type ExpiryChoice = "keep" | "never" | "3600" | "86400" | "604800" | "other";

/** A value as it is typed. */
export interface ValueDraft {
  key: string;
  kind: ValueKind;
  text: string;
  file: ChosenFile | null;
  expiry: ExpiryChoice;
  /** Of `other`. */
  seconds: string;
}

/** The form of a value that is there, or of one to be made under `prefix`. */
export function valueDraftOf(stored: HeldValue | null, key: string): ValueDraft {
  const blank: ValueDraft = {
    key,
    kind: "json",
    text: "{\n  \n}",
    file: null,
    expiry: "never",
    seconds: "",
  };
  if (stored === null) return blank;
  const { kind, text } = shownValue(stored);
  return { ...blank, kind, text: text ?? "", expiry: stored.expiresAt === null ? "never" : "keep" };
}

/** What is sent of a draft. */
export interface ReadValue {
  key: string;
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
  expiresIn: number | null;
}

/** Reads a draft by the API's own schemas; `stored` is what it replaces, at `nowMs`. */
export function readValueDraft(
  draft: ValueDraft,
  { stored, nowMs }: { stored: HeldValue | null; nowMs: number },
): { input: ReadValue } | { errors: FieldErrors } {
  const key = StoreKey.safeParse(draft.key);
  const content = contentOf(draft, stored);
  const expiresIn = secondsOf(draft, { stored, nowMs });
  const errors = {
    ...(key.success ? {} : { key: sentence(key.error.issues[0]?.message ?? "is not a key") }),
    ...("error" in content ? { value: content.error } : {}),
    ...(expiresIn === undefined ? { expires: "Must be a whole number of seconds, up to ten years." } : {}),
  };
  if (!key.success || "error" in content || expiresIn === undefined) return { errors };
  return { input: { key: key.data, ...content, expiresIn } };
}

type Content = Pick<ReadValue, "bytes" | "contentType">;

function contentOf({ kind, text, file }: ValueDraft, stored: HeldValue | null): Content | { error: string } {
  if (kind === "bytes") {
    const chosen = file === null ? stored : { bytes: file.bytes, contentType: file.type };
    if (chosen === null) return { error: "Choose a file." };
    return withinSize(chosen);
  }
  const fault = kind === "json" ? jsonFault(text) : null;
  if (fault !== null) return { error: fault };
  return withinSize({ bytes: new TextEncoder().encode(text), contentType: typeOf(kind, stored) });
}

/** A value keeps its own type while it stays of its kind. */
function typeOf(kind: "json" | "text", stored: HeldValue | null): string {
  if (stored !== null && shownValue(stored).kind === kind) return stored.contentType;
  return kind === "json" ? "application/json" : "text/plain; charset=utf-8";
}

function withinSize({ bytes, contentType }: Content): Content | { error: string } {
  if (bytes.length <= valueBytesMax) return { bytes, contentType };
  return { error: `A value may hold ${sizeText(valueBytesMax)}; this has ${sizeText(bytes.length)}.` };
}

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `Must be JSON. ${error instanceof Error ? error.message : ""}`.trim();
  }
}

function secondsOf(
  { expiry, seconds }: ValueDraft,
  { stored, nowMs }: { stored: HeldValue | null; nowMs: number },
): number | null | undefined {
  switch (expiry) {
    case "never":
      return null;
    case "keep":
      return secondsUntil(stored?.expiresAt ?? null, nowMs);
    case "other":
      return ExpiresInSeconds.safeParse(seconds.trim() === "" ? undefined : seconds).data;
    case "3600":
    case "86400":
    case "604800":
      return Number(expiry);
  }
}

function secondsUntil(at: string | null, nowMs: number): number | null {
  return at === null ? null : Math.max(1, Math.round((Date.parse(at) - nowMs) / 1_000));
}
