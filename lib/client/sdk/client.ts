import { isLatchkeyError, noAnswer, parsedObject, refusal, unreadable } from "@/lib/client/sdk/failure";
import { operations } from "@/lib/client/sdk/generated/operations";
import type { CallOptions, Latchkey } from "@/lib/client/sdk/operation-types";
import { delayMs, mayRepeat, pause } from "@/lib/client/sdk/repeat";

/** Where Latchkey is and who calls. */
export interface LatchkeySettings {
  /** Of portal and API, e.g. `https://portal.example.com`; a path, query or fragment is refused. */
  origin: string;
  /**
   * The caller's key, or where to read it now. A function is asked for every call, and once more after a 401, so a
   * secret that was rotated is taken up without a restart. Left out, a browser sends the portal's session.
   */
  key?: string | (() => string | Promise<string>);
  /** For one attempt, in milliseconds; 10,000 unless said. */
  timeoutMs?: number;
  /** Repeats after the first attempt of a call that may be repeated; 3 unless said. */
  retries?: number;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch;
}

interface Call {
  method: string;
  path: string;
  answer: "json" | "nothing" | "stream";
  repeatable: boolean;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | null;
  options: CallOptions;
}

type Given = Readonly<Record<string, unknown>>;
type OperationRow = readonly [
  method: string,
  template: string,
  answer: Call["answer"],
  repeat: "safe" | "with-key" | "unsafe",
  queried?: readonly string[],
  whole?: "value",
];

/**
 * A client with one method for each operation: `latchkey.createKey({ name: "billing" })`. Failures are
 * {@link LatchkeyError}. Reads, and writes under an Idempotency-Key (made for the call unless given), are repeated after
 * lost connections, timeouts, 429, 502, 503 and 504, with random waits that honour Retry-After; others after 429 only.
 */
export function createLatchkey(settings: LatchkeySettings): Latchkey {
  const origin = originOf(settings.origin);
  const method =
    (operation: OperationRow) =>
    (input: Given = {}, options: CallOptions = {}) =>
      send(callOf(operation, input, options), { ...settings, origin });
  return asContract(
    Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, method(operation)])),
  );
}

/** The one cast of the client: a method is made for each row of the table that the contract's types are made from. */
function asContract(
  methods: Record<string, (input?: Given, options?: CallOptions) => Promise<unknown>>,
): Latchkey {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return methods as unknown as Latchkey;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new TypeError("origin must be an origin such as https://portal.example.com");
  return url.origin;
}

/**
 * Parts of the path are taken out of the input; the rest is the query of GET and DELETE, the body of others, whose own
 * query is named, and of which one member may be the body as a whole.
 */
function callOf(
  [method, template, answer, repeat, queried = [], whole]: OperationRow,
  input: Given,
  options: CallOptions,
): Call {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    if (value === undefined || value === null || value === "") throw new TypeError(`${name} is missing`);
    // Addresses drop these wherever they stand, so another operation would be called.
    if (value === "." || value === "..") throw new TypeError(`${name} cannot be ${value}`);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const inQuery = method === "GET" || method === "DELETE";
  const query = inQuery ? rest : new Map([...rest].filter(([name]) => queried.includes(name)));
  for (const name of queried) rest.delete(name);
  const body = inQuery ? null : bodyOf(rest, whole);
  const { ifMatch, ifNoneMatch } = options;
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined;
  return {
    method,
    path: path + queryOf(query),
    answer,
    repeatable: repeat !== "unsafe" && (!isConditional || method === "GET"),
    headers: {
      accept: answer === "stream" ? "*/*" : "application/json",
      ...(body === null ? {} : { "content-type": typeof body === "string" ? jsonType : bytesType }),
      ...(repeat === "with-key" ? { "idempotency-key": options.idempotencyKey ?? randomKey() } : {}),
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
    },
    body,
    options,
  };
}

const [jsonType, bytesType] = ["application/json", "application/octet-stream"];

function bodyOf(
  rest: ReadonlyMap<string, unknown>,
  whole: "value" | undefined,
): string | Uint8Array<ArrayBuffer> {
  if (whole === undefined) return JSON.stringify(Object.fromEntries(rest));
  const value = rest.get(whole);
  if (value === undefined) throw new TypeError(`${whole} is missing`);
  return value instanceof Uint8Array ? new Uint8Array(value) : JSON.stringify(value);
}

function queryOf(values: ReadonlyMap<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of values)
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== null && item !== "") query.append(name, String(item));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** 128 random bits; `randomUUID` is missing on pages without https. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

async function send(call: Call, settings: LatchkeySettings): Promise<unknown> {
  const { signal, retries = settings.retries ?? 3 } = call.options;
  let key = await keyNow(settings);
  let askedAgain = false;
  for (let repeat = 0; ; repeat += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(call, settings, key);
    } catch (error) {
      if (!isLatchkeyError(error)) throw error;
      const newer = error.status === 401 && !askedAgain ? await keyNow(settings) : key;
      askedAgain = error.status === 401;
      if (newer !== key) {
        key = newer;
        continue;
      }
      if (repeat >= retries || !mayRepeat(error, call.repeatable)) throw error;
      await pause(delayMs(repeat, error.retryAfterSeconds), signal);
    }
  }
}

async function keyNow({ key }: LatchkeySettings): Promise<string | undefined> {
  return typeof key === "function" ? await key() : key;
}

/** One request and its whole answer within the time. */
async function attempt(call: Call, settings: LatchkeySettings, key: string | undefined): Promise<unknown> {
  const { signal, timeoutMs = settings.timeoutMs ?? 10_000 } = call.options;
  const inTime = new AbortController();
  const timer = setTimeout(() => inTime.abort(), timeoutMs);
  try {
    const response = await (settings.fetch ?? fetch)(settings.origin + call.path, {
      method: call.method,
      headers: { ...call.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      credentials: key === undefined ? "same-origin" : "omit",
      redirect: "error",
      body: call.body,
      signal: signal === undefined ? inTime.signal : AbortSignal.any([signal, inTime.signal]),
    });
    return await answerOf(call, response);
  } catch (error) {
    if (isLatchkeyError(error)) throw error;
    signal?.throwIfAborted();
    throw noAnswer(inTime.signal.aborted ? "timeout" : "unreachable", error);
  } finally {
    clearTimeout(timer);
  }
}

async function answerOf(call: Call, response: Response): Promise<unknown> {
  const isUnchanged = response.status === 304 && call.answer === "stream";
  if (!response.ok && !isUnchanged) throw refusal(response, await response.text());
  if (call.answer === "stream") return response;
  const text = await response.text();
  if (call.answer === "nothing") return undefined;
  const parsed = parsedObject(text);
  if (parsed === null) throw unreadable(response);
  return parsed;
}
