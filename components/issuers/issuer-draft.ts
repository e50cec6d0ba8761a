import type { z } from "zod";
import { fieldErrors, type FieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { changedMembers, readJson } from "@/components/forms/json-text";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import {
  emptyLimits,
  limitsDraftOf,
  type LimitsDraft,
  limitsOf,
  unreadableLimits,
} from "@/components/keys/form/limits-draft";
import type { TokenAlgorithm } from "@/lib/issuers/format";
import { CreateIssuer, type Issuer, keysRefusal, UpdateIssuer } from "@/lib/issuers/schema";

/** An issuer as it is typed. */
export interface IssuerDraft extends LimitsDraft {
  name: string;
  issuer: string;
  /** One a line. */
  audiences: string;
  algorithms: readonly TokenAlgorithm[];
  /** Where the keys come from: an address that is read, or a set pasted here. */
  source: "url" | "pasted";
  jwksUrl: string;
  /** A JWK set, or one JWK, as JSON. */
  jwks: string;
  /** Empty means that tokens grant no scope. */
  scopesClaim: string;
}

/** Where the API's refusals are shown. */
export const issuerPlaces: FieldPlaces = {
  fields: {
    name: "name",
    issuer: "issuer",
    audiences: "audiences",
    algorithms: "algorithms",
    jwksUrl: "jwksUrl",
    jwks: "jwks",
    scopesClaim: "scopesClaim",
    rateLimits: "rateLimits",
    quotas: "quotaMonth",
  },
  entries: { audiences: "Line", rateLimits: "Limit" },
  conflict: "name",
};

/** The form of an issuer that exists, or of one to be made. */
export function issuerDraftOf(issuer: Issuer | null): IssuerDraft {
  if (issuer === null)
    return {
      name: "",
      issuer: "",
      audiences: "",
      algorithms: ["RS256"],
      source: "url",
      jwksUrl: "",
      jwks: "",
      scopesClaim: "",
      ...emptyLimits,
    };
  return {
    name: issuer.name,
    issuer: issuer.issuer,
    audiences: issuer.audiences.join("\n"),
    algorithms: issuer.algorithms,
    source: issuer.jwks === null ? "url" : "pasted",
    jwksUrl: issuer.jwksUrl ?? "",
    jwks: issuer.jwks === null ? "" : JSON.stringify(issuer.jwks, null, 2),
    scopesClaim: issuer.scopesClaim ?? "",
    ...limitsDraftOf(issuer),
  };
}

/** A pasted set; a single JWK is taken as a set of one. */
function readKeySet(text: string): { value: unknown } | { error: string } {
  if (text.trim() === "") return { error: 'Paste a JWK set: {"keys": […]}.' };
  const json = readJson(text);
  if ("error" in json) return json;
  const { value } = json;
  if (typeof value === "object" && value !== null && "kty" in value) return { value: { keys: [value] } };
  return json;
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function unreadable(draft: IssuerDraft): FieldErrors {
  const keySet = draft.source === "pasted" ? readKeySet(draft.jwks) : { value: null };
  return { ...unreadableLimits(draft), ...("error" in keySet && { jwks: keySet.error }) };
}

function candidateOf(draft: IssuerDraft) {
  const keySet = readKeySet(draft.jwks);
  return {
    name: draft.name,
    audiences: lines(draft.audiences),
    algorithms: draft.algorithms,
    ...(draft.source === "url"
      ? { jwksUrl: draft.jwksUrl }
      : { jwks: "value" in keySet ? keySet.value : undefined }),
    scopesClaim: draft.scopesClaim.trim() === "" ? null : draft.scopesClaim.trim(),
    ...limitsOf(draft),
  };
}

function refused(issues: readonly { path: readonly PropertyKey[]; message: string }[], early: FieldErrors) {
  return { errors: { ...fieldErrors(issues.map(sayWhichKey), issuerPlaces), ...early } };
}

/** `jwks.keys.1 is not for signatures` becomes "Key 2 is not for signatures" of the pasted set. */
function sayWhichKey({ path, message }: { path: readonly PropertyKey[]; message: string }) {
  const [member, list, at] = path;
  const isKey = member === "jwks" && list === "keys" && typeof at !== "undefined";
  return isKey ? { path: ["jwks"], message: `key ${Number(at) + 1} ${message}` } : { path, message };
}

/** Reads a new issuer by the API's own schema. */
export function readNewIssuer(draft: IssuerDraft): ReadDraft<z.output<typeof CreateIssuer>> {
  const early = unreadable(draft);
  const parsed = CreateIssuer.safeParse({ ...candidateOf(draft), issuer: draft.issuer });
  if (parsed.success && Object.keys(early).length === 0) return { input: parsed.data };
  return refused(parsed.error?.issues ?? [], early);
}

/** Reads what was changed of an issuer; null when nothing was. Its `iss` stays. */
export function readIssuerChange(
  draft: IssuerDraft,
  issuer: Issuer,
): ReadDraft<z.output<typeof UpdateIssuer>> {
  const early = unreadable(draft);
  const parsed = UpdateIssuer.safeParse(candidateOf(draft));
  if (!parsed.success || Object.keys(early).length > 0) return refused(parsed.error?.issues ?? [], early);
  const { jwks = null, algorithms = issuer.algorithms } = parsed.data;
  const mismatch = keysRefusal({ jwks, algorithms });
  if (mismatch !== null) return refused([{ path: mismatch.path.split("."), message: mismatch.message }], {});
  const changed = changedMembers(parsed.data, issuer);
  return { input: changed === null ? null : UpdateIssuer.parse(changed) };
}
