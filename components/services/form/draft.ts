import { type FieldErrors, fieldErrors, type FieldPlaces, type Issue } from "@/components/forms/field-errors";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import { readScopeLines, scopeLines } from "@/components/services/form/scope-lines";
import type { Injection } from "@/lib/services/injection/schema";
import { CreateService, type Service, UpdateService } from "@/lib/services/schema";

/** A service as its form holds it: everything as typed. */
export interface ServiceDraft {
  name: string;
  slug: string;
  upstream: string;
  visibility: Service["visibility"];
  defaultVerdict: Service["defaultVerdict"];
  connectTimeoutMs: string;
  responseTimeoutMs: string;
  /** Empty is all. */
  methods: Service["methods"];
  /** A route a line. */
  requiredScopes: string;
  caseSensitive: boolean;
  trailingSlash: Service["paths"]["trailingSlash"];
  stripPrefix: string;
  addPrefix: string;
  forwardAuth: boolean;
  dialect: Service["forwardAuth"]["dialect"];
  /** Networks, separated by spaces, commas or lines. */
  callers: string;
  injection: InjectionDraft;
  /** Empty leaves the stored one. */
  injectionSecret: string;
}

/** How the upstream's secret is put in; what the chosen kind does not use is kept and not sent. */
export interface InjectionDraft {
  kind: "none" | Injection["kind"];
  username: string;
  name: string;
  algorithm: "sha256" | "sha512";
  encoding: "hex" | "base64";
  signs: "request" | "body";
  prefix: string;
  timestampHeader: string;
}

const noInjection: InjectionDraft = {
  kind: "none",
  username: "",
  name: "",
  algorithm: "sha256",
  encoding: "hex",
  signs: "request",
  prefix: "",
  timestampHeader: "",
};

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
    methods: service?.methods ?? [],
    requiredScopes: scopeLines(service?.requiredScopes ?? []),
    caseSensitive: service?.paths.caseSensitive ?? true,
    trailingSlash: service?.paths.trailingSlash ?? "ignore",
    stripPrefix: service?.paths.stripPrefix ?? "",
    addPrefix: service?.paths.addPrefix ?? "",
    forwardAuth: service?.forwardAuth.enabled ?? false,
    dialect: service?.forwardAuth.dialect ?? "nginx",
    callers: service?.forwardAuth.callers.join("\n") ?? "",
    injection: injectionDraft(service?.injection ?? null),
    injectionSecret: "",
  };
}

function injectionDraft(injection: Injection | null): InjectionDraft {
  if (injection === null) return noInjection;
  if (injection.kind !== "hmac") return { ...noInjection, ...injection };
  return { ...noInjection, ...injection, timestampHeader: injection.timestampHeader ?? "" };
}

/** Where each member of the API's input is shown. */
export const servicePlaces: FieldPlaces = {
  fields: {
    name: "name",
    slug: "slug",
    upstream: "upstream",
    connectTimeoutMs: "connectTimeoutMs",
    responseTimeoutMs: "responseTimeoutMs",
    methods: "methods",
    requiredScopes: "requiredScopes",
    "paths.stripPrefix": "stripPrefix",
    "paths.addPrefix": "addPrefix",
    "forwardAuth.callers": "callers",
    "injection.name": "injection",
    "injection.username": "injection",
    "injection.prefix": "injection",
    "injection.timestampHeader": "injection",
    injectionSecret: "injectionSecret",
  },
  entries: { requiredScopes: "Line" },
  conflict: "slug",
};

/** A draft in the API's words; what differs in type is for its schema to refuse. */
function written(draft: ServiceDraft) {
  const { injectionSecret } = draft;
  return {
    name: draft.name.trim() === "" ? draft.slug : draft.name,
    slug: draft.slug,
    upstream: draft.upstream,
    visibility: draft.visibility,
    defaultVerdict: draft.defaultVerdict,
    connectTimeoutMs: Number(draft.connectTimeoutMs),
    responseTimeoutMs: Number(draft.responseTimeoutMs),
    methods: draft.methods,
    requiredScopes: readScopeLines(draft.requiredScopes),
    paths: {
      caseSensitive: draft.caseSensitive,
      trailingSlash: draft.trailingSlash,
      stripPrefix: draft.stripPrefix.trim(),
      addPrefix: draft.addPrefix.trim(),
    },
    forwardAuth: {
      enabled: draft.forwardAuth,
      dialect: draft.dialect,
      callers: draft.callers.split(/[\s,]+/).filter((network) => network !== ""),
    },
    injection: writtenInjection(draft.injection),
    ...(injectionSecret === "" ? {} : { injectionSecret }),
  };
}

function writtenInjection(draft: InjectionDraft) {
  const { kind, username, name, algorithm, encoding, signs, prefix, timestampHeader } = draft;
  switch (kind) {
    case "none":
      return null;
    case "bearer":
      return { kind };
    case "basic":
      return { kind, username };
    case "header":
    case "query":
      return { kind, name };
    case "hmac":
      return {
        kind,
        name,
        algorithm,
        encoding,
        signs,
        prefix,
        ...(timestampHeader === "" ? {} : { timestampHeader }),
      };
  }
}

/** Judges a draft by the API's own schema. */
export function readNewService(draft: ServiceDraft): ReadDraft<CreateService> {
  const parsed = CreateService.safeParse(written(draft));
  if (!parsed.success) return { errors: errorsOf(parsed.error.issues) };
  return lacksSecret(draft, null) ?? { input: parsed.data };
}

/** The same for a change: only what differs from `service` is sent; null when nothing does. */
export function readServiceChange(draft: ServiceDraft, service: Service): ReadDraft<UpdateService> {
  const before = new Map(
    Object.entries(written(draftOf(service))).map(([name, value]) => [name, said(value)]),
  );
  const changed = Object.entries(written(draft)).filter(([name, value]) => before.get(name) !== said(value));
  if (changed.length === 0) return { input: null };
  const parsed = UpdateService.safeParse(Object.fromEntries(changed));
  if (!parsed.success) return { errors: errorsOf(parsed.error.issues) };
  return lacksSecret(draft, service) ?? { input: parsed.data };
}

function said(value: unknown): string {
  return JSON.stringify(value);
}

function lacksSecret(draft: ServiceDraft, service: Service | null): { errors: FieldErrors } | null {
  const needs = draft.injection.kind !== "none" && (service?.injection ?? null) === null;
  return needs && draft.injectionSecret === ""
    ? { errors: { injectionSecret: "Must be given: nothing is stored yet." } }
    : null;
}

/** The schema's words for a form: of a line that lacks a part, which part that is. */
function errorsOf(issues: readonly Issue[]): FieldErrors {
  return fieldErrors(issues.map(named), servicePlaces);
}

function named(issue: Issue): Issue {
  const { path } = issue;
  if (typeof path === "string" || path[0] !== "requiredScopes") return issue;
  if (path[2] === "route") return { path, message: "needs a route that begins with /" };
  if (path[2] === "scopes") return { path, message: "needs at least one scope after the route" };
  return path[2] === "methods" ? { path, message: "names a method that is not known" } : issue;
}

/** Whether something in a folded part is wrong. */
export function isWrong(errors: FieldErrors, fields: readonly string[]): boolean {
  return fields.some((field) => errors[field] !== undefined);
}
