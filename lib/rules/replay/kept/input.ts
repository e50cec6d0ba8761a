import { env } from "@/lib/env";
import type { Question, QuestionBody, Values } from "@/lib/rules/language/question";
import { isSecretName } from "@/lib/rules/language/secret-names";
import { maskedJson, maskedText } from "@/lib/rules/replay/kept/mask";
import { isLeftOut, maskedValue } from "@/lib/rules/replay/kept/left-out";

/** Longest text of one decision's inputs; what goes beyond is named in `notKept`. */
export const inputLengthMax = 8_192;

/** Calls of one second whose inputs a node keeps; more of them would fill a disk faster than they would tell anything new. */
export const inputsPerSecondMax = 1_000;

const thisSecond = { second: 0, kept: 0 };

/** Parts of a question that may be missing from what was kept. */
export type InputPart = "headers" | "query" | "body" | "token" | "credential" | "evaluation";

/**
 * What rules could read of a question and no column of its record tells, as JSON text with secrets masked: headers,
 * query, body, a JWT's claims and grant, an AuthZEN evaluation. Undefined where `KEEP_INPUTS` is off, and beyond {@link inputsPerSecondMax}. A key's
 * attributes are not among them: a replay reads them anew. Synchronous; a few microseconds for usual calls.
 */
export function decisionInput(question: Question): string | undefined {
  if (env().KEEP_INPUTS === "off") return undefined;
  const { headers, query, body, credential, evaluation, address } = question;
  if (headers === undefined && query === undefined && body === undefined && evaluation === undefined)
    if (credential?.token === undefined) return address === null ? withoutAddress : "{}";
  if (!hasRoom()) return undefined;
  const kept = { text: address === null ? `,${noAddress}` : "", notKept: "" };
  const sent = given(headers);
  add(kept, "headers", sent === undefined ? undefined : valuesText(sent));
  add(kept, "query", query === undefined ? undefined : valuesText(given(query) ?? {}));
  if (credential?.token !== undefined) {
    add(kept, "token", maskedJson(credential.token, inputLengthMax));
    const { scopes, roles, customer, labels, externalId } = credential;
    const grant = { scopes, roles, customer: customer?.externalId, labels, externalId };
    add(kept, "credential", maskedJson(grant, inputLengthMax));
  }
  if (evaluation !== undefined) add(kept, "evaluation", maskedJson(evaluation, inputLengthMax));
  if (body !== undefined) add(kept, "body", isLong(sent) ? null : bodyText(body));
  else if (sent !== undefined && mayHaveBody(sent)) kept.notKept += `,"body"`;
  if (kept.notKept !== "") kept.text += `,"notKept":[${kept.notKept.slice(1)}]`;
  return `{${kept.text.slice(1)}}`;
}

function hasRoom(): boolean {
  const second = Math.floor(Date.now() / 1_000);
  if (thisSecond.second !== second) {
    thisSecond.second = second;
    thisSecond.kept = 0;
  }
  thisSecond.kept += 1;
  return thisSecond.kept <= inputsPerSecondMax;
}

/** A record names its caller's address where the question names none. */
const noAddress = `"address":null`;
const withoutAddress = `{${noAddress}}`;

/** Adds a part where there is room for it. Null is a part that is too large by itself. */
function add(
  kept: { text: string; notKept: string },
  part: InputPart,
  text: string | null | undefined,
): void {
  if (text === undefined) return;
  if (text === null || kept.text.length + text.length > inputLengthMax) kept.notKept += `,"${part}"`;
  else if (text !== "{}") kept.text += `,"${part}":${text}`;
}

function given(values: Question["headers"]): Values | undefined {
  return typeof values === "function" ? values() : values;
}

/** A body that nobody had to read for its verdict is not known; that there was one stands in the head. */
function mayHaveBody(headers: Values): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** So long that its text is not even begun: only blanks and escapes could make it fit. */
function isLong(headers: Values | undefined): boolean {
  return Number(headers?.["content-length"] ?? 0) > 4 * inputLengthMax;
}

function bodyText(body: QuestionBody): string | null {
  switch (body.kind) {
    case "absent":
      return "{}";
    case "json": {
      const text = maskedJson(body.value, inputLengthMax);
      return text === null ? null : `{"json":${text}}`;
    }
    case "form":
      return `{"form":${valuesText(body.fields)}}`;
    case "error":
      return `{"error":${JSON.stringify(body.message)}}`;
  }
}

function valuesText(values: Values): string {
  let text = "";
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value === undefined) continue;
    const known = knownName(name);
    text += `,${known.text}:${typeof value === "string" ? valueText(known, value) : listText(known, value)}`;
    if (text.length > inputLengthMax) break;
  }
  return `{${text.slice(1)}}`;
}

function listText(known: KnownName, values: readonly string[]): string {
  return `[${values.map((value) => valueText(known, value)).join(",")}]`;
}

/** A name of a header or field as text, and what was written for it last: callers send the same values again and again. */
interface KnownName {
  text: string;
  isSecret: boolean;
  /** Never a secret. */
  value: string | null;
  valueText: string;
}

const names = new Map<string, KnownName>();
const namesMax = 1_000;

function knownName(name: string): KnownName {
  const found = names.get(name);
  if (found !== undefined) return found;
  const text = JSON.stringify(maskedText(name));
  const known = { text, isSecret: isSecretName(name), value: null, valueText: masked };
  if (names.size < namesMax && name.length < 100) names.set(name, known);
  return known;
}

const masked = JSON.stringify(maskedValue);

function valueText(known: KnownName, value: string): string {
  if (known.isSecret) return masked;
  if (known.value === value) return known.valueText;
  if (isLeftOut(value)) return masked;
  known.value = value;
  known.valueText = JSON.stringify(value);
  return known.valueText;
}
