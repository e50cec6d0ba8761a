import { type Base, ruleOf } from "@/components/rules/draft/base";
import { linesOf, type Read, readLines, readValue } from "@/components/rules/draft/call-text";
import { sentPlace } from "@/components/rules/places";
import type { Method } from "@/components/rules/read-method";
import type { Attachment, Rule } from "@/lib/rules/schema";

/** A call to be judged, as it is typed. */
export interface TrialCall {
  method: Method;
  path: string;
  /** Slug. */
  service: string;
  /** Id of a key; null calls with nothing. */
  credential: string | null;
  /** JSON of the attributes of a credential that there is none of, in place of a key; null for none. */
  imagined: string | null;
  /** `name: value` a line. */
  headers: string;
  /** `name=value` a line. */
  query: string;
  /** JSON, or nothing. */
  body: string;
  /** Client's address, or nothing. */
  ip: string;
}

/** The parts of a call that may be left empty. */
export const plainCall = { imagined: null, headers: "", query: "", body: "", ip: "" } as const;

/** The typed parts of a call that the API would not understand. */
export type CallErrors = Partial<Record<"path" | "imagined" | "headers" | "query" | "body", string>>;

/** What is tried as the draft. */
interface Tried {
  rule: Rule;
  attachments: readonly Attachment[];
  base: Pick<Base, "stored">;
}

/** The draft as a simulation takes it. Its tests stay at home, so that a failing one does not stop the trial. */
export function triedDraft({ rule, attachments, base }: Tried) {
  const others = { ...rule };
  delete others.tests;
  return {
    ...others,
    attachments: attachments.map(sentPlace),
    ...(base.stored === null ? {} : { id: base.stored.id }),
  };
}

/** Whether a draft may reach other verdicts than the rule that it was read from; a new one may. */
export function decidesOtherwise(
  tried: ReturnType<typeof triedDraft>,
  { stored, attachments }: Pick<Base, "stored" | "attachments">,
): boolean {
  if (stored === null) return true;
  const before = triedDraft({ rule: ruleOf(stored), attachments, base: { stored } });
  return decidedBy(tried) !== decidedBy(before);
}

function decidedBy({
  effect,
  mode,
  when,
  unless,
  expr,
  expiresAt,
  attachments,
}: ReturnType<typeof triedDraft>) {
  return JSON.stringify([effect, mode, when, unless, expr, expiresAt, attachments]);
}

/** What is asked of the API for one call, with a draft among today's rules; or the parts that are wrong. */
export function trialOf(call: TrialCall, draft: ReturnType<typeof triedDraft> | null) {
  const errors: CallErrors = call.path.startsWith("/") ? {} : { path: "A path begins with /" };
  const read = <Value>(part: keyof CallErrors, outcome: Read<Value>): Value | undefined => {
    if ("value" in outcome) return outcome.value;
    errors[part] = outcome.error;
    return undefined;
  };
  const headers = read("headers", readLines(call.headers, ":"));
  const query = read("query", readLines(call.query, "="));
  const body = read("body", readValue(call.body));
  const imagined = call.imagined === null ? undefined : read("imagined", readAttributes(call.imagined));
  if (Object.keys(errors).length > 0) return { ok: false as const, errors };
  const asked = {
    request: {
      method: call.method,
      path: call.path,
      ...(isEmpty(headers) ? {} : { headers }),
      ...(isEmpty(query) ? {} : { query }),
      ...(body === undefined ? {} : { body }),
      ...(call.ip.trim() === "" ? {} : { ip: call.ip.trim() }),
    },
    service: call.service,
    credential: imagined ?? call.credential,
    ...(draft === null ? {} : { draft }),
  };
  return { ok: true as const, asked };
}

function isEmpty(values: object | undefined): boolean {
  return values === undefined || Object.keys(values).length === 0;
}

function readAttributes(text: string): Read<Record<string, unknown>> {
  const read = readValue(text);
  if ("error" in read) return read;
  const { value = {} } = read;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { value: Object.fromEntries(Object.entries(value)) }
    : { error: "Attributes are a JSON object" };
}

/** What was kept of a recorded call, as it would have been typed. */
export function keptParts(kept: {
  headers: Readonly<Record<string, string | string[]>>;
  query: Readonly<Record<string, string | string[]>>;
  body?: unknown;
}): Pick<TrialCall, "headers" | "query" | "body"> {
  return {
    headers: linesOf(kept.headers, ":"),
    query: linesOf(kept.query, "="),
    body: kept.body === undefined ? "" : JSON.stringify(kept.body, null, 2),
  };
}
