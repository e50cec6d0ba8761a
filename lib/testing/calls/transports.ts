import { request, type IncomingMessage } from "node:http";

/** What a request is sent with: a path with its query, headers and body. */
export interface Sent {
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** A call without its credential: `fields` are the JSON body that the operation takes, if it takes one. */
export interface PlainCall {
  path: string;
  fields?: object | undefined;
}

const json = { "content-type": "application/json" };
const boundary = "----latchkey-form";

function asJson({ path, fields }: PlainCall): Sent {
  return fields === undefined
    ? { path, headers: {}, body: undefined }
    : { path, headers: json, body: JSON.stringify(fields) };
}

function inHeader(name: string, prefix = "") {
  return (call: PlainCall, key: string): Sent => {
    const sent = asJson(call);
    return { ...sent, headers: { ...sent.headers, [name]: `${prefix}${key}` } };
  };
}

/** Texts of a form: lists repeat their name, what nests is JSON text. */
function formFields(call: PlainCall, key: string): [string, string][] {
  const fields: [string, unknown][] = [...Object.entries(call.fields ?? {}), ["hook_private_key", key]];
  return fields.flatMap(([name, value]) => textsOf(value).map((text): [string, string] => [name, text]));
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string"))
    return value;
  return [JSON.stringify(value)];
}

/** Every way in which a key may be sent, under the name that a test shows. */
export const transports: Readonly<Record<string, (call: PlainCall, key: string) => Sent>> = {
  "Authorization: Bearer": inHeader("authorization", "Bearer "),
  "X-API-Key": inHeader("x-api-key"),
  "header hook_private_key": inHeader("hook_private_key"),
  "header hookio-private-key": inHeader("hookio-private-key"),
  query: (call, key) => {
    const separator = call.path.includes("?") ? "&" : "?";
    return asJson({ ...call, path: `${call.path}${separator}hook_private_key=${encodeURIComponent(key)}` });
  },
  "JSON field": (call, key) => asJson({ ...call, fields: { ...call.fields, hook_private_key: key } }),
  "urlencoded field": (call, key) => ({
    path: call.path,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(formFields(call, key)).toString(),
  }),
  "multipart field": (call, key) => ({
    path: call.path,
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: `${formFields(call, key)
      .map(
        ([name, text]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
      )
      .join("")}--${boundary}--\r\n`,
  }),
};

/** Sends it as it is, a body on a GET too, and answers when the head is there; streams are left, other bodies read. */
export function sendHttp(
  origin: string,
  { method, path, headers, body }: Sent & { method: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const outgoing = request(new URL(path, origin), { method, headers: { ...headers, ...length } });
    outgoing.once("error", reject).once("response", (answer) => {
      const { statusCode: status = 0 } = answer;
      if (isStream(answer)) {
        resolve({ status, text: "" });
        outgoing.destroy();
      } else readText(answer).then((text) => resolve({ status, text }), reject);
    });
    outgoing.end(body);
  });
}

function isStream({ headers }: IncomingMessage): boolean {
  return /event-stream|ndjson/.test(headers["content-type"] ?? "");
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
