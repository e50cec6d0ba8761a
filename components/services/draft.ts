import { CreateService, UpdateService, type Service } from "@/lib/services/schema";

/** A service as its form holds it: everything as typed. */
export interface ServiceDraft {
  name: string;
  slug: string;
  upstream: string;
  visibility: Service["visibility"];
  defaultVerdict: Service["defaultVerdict"];
  connectTimeoutMs: string;
  responseTimeoutMs: string;
}

export type DraftErrors = Partial<Record<keyof ServiceDraft, string>>;

/** The form of a service that exists, or of one to be made. */
export function draftOf(service: Service | null): ServiceDraft {
  return {
    name: service?.name ?? "",
    slug: service?.slug ?? "",
    upstream: service?.upstream ?? "",
    visibility: service?.visibility ?? "private",
    defaultVerdict: service?.defaultVerdict ?? "deny",
    connectTimeoutMs: String(service?.connectTimeoutMs ?? 5_000),
    responseTimeoutMs: String(service?.responseTimeoutMs ?? 30_000),
  };
}

function written(draft: ServiceDraft) {
  return {
    ...draft,
    name: draft.name.trim() === "" ? draft.slug : draft.name,
    connectTimeoutMs: Number(draft.connectTimeoutMs),
    responseTimeoutMs: Number(draft.responseTimeoutMs),
  };
}

/** Judges a draft by the API's own schema. */
export function readNewService(
  draft: ServiceDraft,
): { ok: true; input: CreateService } | { ok: false; errors: DraftErrors } {
  const parsed = CreateService.safeParse(written(draft));
  return parsed.success
    ? { ok: true, input: parsed.data }
    : { ok: false, errors: errorsOf(parsed.error.issues) };
}

/** The same for a change: only what differs from `service` is sent; null when nothing does. */
export function readChange(
  draft: ServiceDraft,
  service: Service,
): { ok: true; change: UpdateService | null } | { ok: false; errors: DraftErrors } {
  const before = new Map<string, unknown>(Object.entries(service));
  const changed = Object.entries(written(draft)).filter(([name, value]) => before.get(name) !== value);
  if (changed.length === 0) return { ok: true, change: null };
  const parsed = UpdateService.safeParse(Object.fromEntries(changed));
  return parsed.success
    ? { ok: true, change: parsed.data }
    : { ok: false, errors: errorsOf(parsed.error.issues) };
}

const names: ReadonlySet<string> = new Set(Object.keys(draftOf(null)));

function isField(name: string): name is keyof ServiceDraft {
  return names.has(name);
}

/** The first sentence about each field. */
export function errorsOf(issues: readonly { path: PropertyKey[] | string; message: string }[]): DraftErrors {
  const errors: DraftErrors = {};
  for (const { path, message } of issues) {
    const name = String(typeof path === "string" ? path.split(".")[0] : path[0]);
    if (isField(name)) errors[name] ??= sentence(message);
  }
  return errors;
}

function sentence(message: string): string {
  const text = message.startsWith("must") ? `It ${message}` : message;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
