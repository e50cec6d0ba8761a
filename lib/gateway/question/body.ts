import {
  bodyFormat,
  bodyWithoutCredential,
  credentialField,
  searchedBodyBytesMax,
} from "@/lib/gateway/credential/credential";
import { fieldValues } from "@/lib/gateway/question/values";
import { duplicateKeys, textNestsDeeperThan } from "@/lib/rules/language/json-text";
import type { QuestionBody } from "@/lib/rules/language/question";

/** Longest body that is judged, in bytes. */
export const judgedBodyBytesMax = searchedBodyBytesMax;

const nestingMax = 64;

const unclearFields = {
  semicolon: "The form holds an unencoded semicolon, which some read as the end of a field.",
  escape: "The form holds an escape that is broken, NUL or not UTF-8.",
};

/** What the head alone says of a body: why it cannot be judged, or null. `contentLength` is the header's text. */
export function unjudgedBody(head: {
  contentType: string | undefined;
  contentEncoding: string | undefined;
  contentLength: string | undefined;
}): QuestionBody | null {
  const encoding = head.contentEncoding?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity") return error("The body has a Content-Encoding.");
  if (Number(head.contentLength ?? 0) > judgedBodyBytesMax) return error("The body is longer than 1 MiB.");
  const format = bodyFormat(head.contentType);
  if (format !== "json" && format !== "urlencoded")
    return error("The body's type is neither JSON nor an urlencoded form.");
  return namesOtherCharset(head.contentType) ? error("The body's charset is not UTF-8.") : null;
}

/** A whole body of a type that {@link unjudgedBody} lets pass, as rules see it: without the credential's field. */
export function judgedBody(contentType: string | undefined, bytes: Uint8Array): QuestionBody {
  if (bytes.length === 0) return { kind: "absent" };
  if (bytes.length > judgedBodyBytesMax) return error("The body is longer than 1 MiB.");
  if (bodyFormat(contentType) === "urlencoded") return judgedForm(bytes);
  return judgedJson(bodyWithoutCredential(contentType, bytes));
}

/** The body of a call that has one which is too long to be read. */
export const overlongBody: QuestionBody = error("The body is longer than 1 MiB.");

function judgedForm(bytes: Uint8Array): QuestionBody {
  const text = Buffer.from(bytes).toString("latin1");
  // Upstreams that never look at the type would take it for JSON.
  if (/^(?:\xef\xbb\xbf)?\s*[{[]/.test(text)) return error("The form reads as JSON.");
  const fields = fieldValues(text, credentialField);
  return typeof fields === "string" ? error(unclearFields[fields]) : { kind: "form", fields };
}

/** Depth is looked at first, because `JSON.parse` goes down a million levels; doubles last, because it keeps the last of them. */
function judgedJson(bytes: Uint8Array): QuestionBody {
  const text = utf8(bytes);
  if (text === null) return error("The body is not UTF-8.");
  if (textNestsDeeperThan(text, nestingMax)) return error(`The body nests deeper than ${nestingMax} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return error("The body is not valid JSON.");
  }
  if (duplicateKeys(text).length > 0) return error("The body names a key twice in one object.");
  return { kind: "json", value };
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function namesOtherCharset(contentType = ""): boolean {
  for (const [, charset = ""] of contentType.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi))
    if (!/^utf-?8$/i.test(charset)) return true;
  return false;
}

function error(message: string): QuestionBody {
  return { kind: "error", message };
}
