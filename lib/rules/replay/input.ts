import { env } from "@/lib/env";
import type { Question, QuestionBody, Values } from "@/lib/rules/language/question";
import { maskedJson, maskedText } from "@/lib/rules/replay/mask";
import { isLeftOut, isSecretName, maskedValue } from "@/lib/rules/replay/secret-names";

/** Longest text of one decision's inputs; what goes beyond is named in `notKept`. */
export const inputLengthMax = 8_192;

/** Parts of a question that may be missing from what was kept. */
export type InputPart = "headers" | "query" | "body" | "token" | "credential" | "evaluation";

/**
 * What rules could read of a question and no column of its record tells, as JSON text with secrets masked: headers,
 * query, body, a JWT's claims and grant, an AuthZEN evaluation. Undefined where `KEEP_INPUTS` is off. A key's
 * attributes are not among them: a replay reads them anew. Synchronous; a few microseconds for usual calls.
 */
export function decisionInput(question: Question): string | undefined {
  if (env().KEEP_INPUTS === "off") return undefined;
  const { headers, query, body, credential, evaluation } = question;
  if (headers === undefined && query === undefined && body === undefined && evaluation === undefined)
    if (credential?.token === undefined) return "{}";
  const kept = { text: "", notKept: "" };
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
  if (body !== undefined) add(kept, "body", bodyText(body));
  else if (sent !== undefined && mayHaveBody(sent)) kept.notKept += `,"body"`;
  if (kept.notKept !== "") kept.text += `,"notKept":[${kept.notKept.slice(1)}]`;
  return `{${kept.text.slice(1)}}`;
}

/** Adds a part where there is room for it. Null is a part that is too large by itself. */
function add(kept: { text: string; notKept: string }, part: InputPart, text: string | null | undefined): void {
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
    text += `,${nameText(name)}:${typeof value === "string" ? valueText(name, value) : listText(name, value)}`;
    if (text.length > inputLengthMax) break;
  }
  return `{${text.slice(1)}}`;
}

function listText(name: string, values: readonly string[]): string {
  return `[${values.map((value) => valueText(name, value)).join(",")}]`;
}

/** What was written for a name last; callers send the same headers again and again. Secrets are not held here. */
const last = new Map<string, { value: string; text: string }>();
const lastMax = 500;
const masked = JSON.stringify(maskedValue);

function valueText(name: string, value: string): string {
  if (isSecretName(name)) return masked;
  const found = last.get(name);
  if (found?.value === value) return found.text;
  if (isLeftOut(value)) return masked;
  const text = JSON.stringify(value);
  if (found !== undefined) {
    found.value = value;
    found.text = text;
  } else if (last.size < lastMax) last.set(name, { value, text });
  return text;
}

function nameText(name: string): string {
  return JSON.stringify(maskedText(name));
}
