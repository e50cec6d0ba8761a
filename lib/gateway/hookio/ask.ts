import type { ServerResponse } from "node:http";
import type { KeyActor } from "@/lib/api/actor";
import { keyCaller, takeCall } from "@/lib/api/caller/key-caller";
import { isForm, readFields } from "@/lib/api/forms/read-fields";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import type { Call } from "@/lib/gateway/call";
import type { CanonicalRequest } from "@/lib/gateway/canonical";
import {
  bodyFormat,
  bodyWithoutCredential,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
  queryWithoutCredential,
} from "@/lib/gateway/credential/credential";
import type { Meant } from "@/lib/gateway/hookio/endpoint";
import { askForBody, hasBody, readWhole } from "@/lib/gateway/credential/presented";
import { limitHeaders } from "@/lib/limits/headers";

/** A call of one of hook.io's addresses, read. */
export interface Ask extends Meant {
  call: Call;
  /** Query and body together, the body's word first, without any key. */
  fields: ReadonlyMap<string, unknown>;
  /** The key in headers or query, else null. */
  outside: string | null;
  /** The key in the body, else null. */
  inBody: string | null;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** What is known of the caller so far, for a refusal's words. */
  told: { user: string; limits: Readonly<Record<string, string>> };
}

/** Who is calling, and the name of the workspace, which is the account that hook.io's clients know. */
export interface Caller {
  actor: KeyActor;
  owner: string;
}

interface Reading extends Pick<Ask, "told"> {
  canonical: CanonicalRequest;
  meant: Meant;
  response: ServerResponse;
}

/** Reads a call whole. Throws `bad-request`, `too-large`, `unsupported-media-type`, `two-credentials`. */
export async function readAsk(call: Call, { canonical, meant, response, told }: Reading): Promise<Ask> {
  const outside = oneCredential([credentialFromHeaders(call.headers), credentialFromQuery(canonical.query)]);
  const fields = new Map<string, unknown>(new URLSearchParams(queryWithoutCredential(canonical.query)));
  const contentType = call.request.headers["content-type"];
  const bytes = await bodyOf(call, response);
  const rest = new Uint8Array(bodyWithoutCredential(contentType, bytes));
  for (const [name, value] of await bodyFields(contentType, rest)) fields.set(name, value);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return {
    ...meant,
    call,
    fields,
    outside,
    inBody: credentialFromBody(contentType, bytes),
    signal: gone.signal,
    told,
  };
}

async function bodyOf({ request }: Call, response: ServerResponse): Promise<Uint8Array> {
  if (!hasBody(request)) return new Uint8Array();
  askForBody(request, response);
  const bytes = await readWhole(request);
  if (bytes === null) throw new Problem("too-large", "A body here may hold 1 MiB at most.");
  return bytes;
}

async function bodyFields(
  contentType: string | undefined,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Iterable<[string, unknown]>> {
  if (bytes.length === 0) return [];
  if (isForm(contentType)) {
    const fields = await readFields(contentType, bytes);
    return [...fields].map(([name, texts]) => [name, texts.length === 1 ? texts[0] : texts]);
  }
  if (bodyFormat(contentType) !== "json")
    throw new Problem("unsupported-media-type", "Send JSON, or an urlencoded or multipart form.");
  return Object.entries(jsonObject(bytes));
}

function jsonObject(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, without a piece of what was sent.
  }
  throw new Problem("bad-request", "The body is not a JSON object.");
}

/** The caller, by a key in any place and within its limits. Throws `unauthorized`, `forbidden`, `rate-limited`. */
export async function callerOf(ask: Ask): Promise<Caller> {
  return identify(ask, oneCredential([ask.outside, ask.inBody]));
}

/** The same by one value. A path's workspace must be the caller's: another one's keys do not exist there. */
export async function identify(ask: Ask, value: string | null): Promise<Caller> {
  const { call, told } = ask;
  if (value === null) throw new Problem("unauthorized", "This needs a key: send it as hook_private_key.");
  const { actor, key } = await callerBy(ask, value);
  const owner = await slugOf(actor.workspaceId);
  if (ask.endpoint.startsWith("/{workspace}") && owner !== ask.workspace)
    throw new Problem("unauthorized", "There is no such key here.", { members: { code: "NOT_FOUND" } });
  told.user = owner;
  call.key = key;
  await takeCall(key, (outcome) => (told.limits = limitHeaders(outcome)));
  return { actor, owner };
}

/** Whom a value stands for now. */
export async function callerBy({ call, endpoint }: Ask, value: string) {
  const { origin } = call.request.headers;
  const named = `${call.sent.method} ${endpoint}`;
  return keyCaller(value, { via: "gateway", endpoint: named, address: call.address, origin });
}

async function slugOf(workspaceId: string): Promise<string> {
  const { slug } = await db().workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { slug: true },
  });
  return slug;
}
