import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { KeyActor } from "@/lib/api/actor";
import { clientAddress } from "@/lib/api/caller/client-address";
import {
  bodyWithoutCredential,
  credentialFromBody,
  mayName,
  oneCredential,
} from "@/lib/gateway/credential/credential";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { valueLengthMax } from "@/lib/keys/format";
import { sendWhole } from "@/lib/process/send-whole";

/** Whether a call is a small JSON body with its length, sent by no browser: all that the straight ways answer. */
export function isPlainJson({ headers }: IncomingMessage, bodyBytesMax: number): boolean {
  return (
    headers["content-type"]?.startsWith("application/json") === true &&
    headers["content-length"] !== undefined &&
    Number(headers["content-length"]) <= bodyBytesMax &&
    headers["content-encoding"] === undefined &&
    headers.expect === undefined &&
    headers.origin === undefined
  );
}

/** The caller of `endpoint`, where it sent one key that is warm and that no address list or limit needs to be asked about; else null. */
export function plainCaller(request: IncomingMessage, endpoint: string): KeyActor | null {
  const value = callerValue(request.rawHeaders);
  return value === null ? null : callerActor(value, { request, endpoint });
}

/** A plain call's body without a key in it. Throws `two-credentials` when that is not its caller's. */
export function withoutKey(bytes: Buffer, request: IncomingMessage): Buffer {
  if (!mayName(bytes)) return bytes;
  oneCredential([callerValue(request.rawHeaders), credentialFromBody("application/json", bytes)]);
  return bodyWithoutCredential("application/json", bytes);
}

const credentialNames = new Set(["authorization", "x-api-key", "hook_private_key", "hookio-private-key"]);
/** Most other names are told apart by this alone. */
const credentialNameLengths = new Set([...credentialNames].map((name) => name.length));

/** The one credential among the headers; null when there is none, more than one, or another scheme. */
function callerValue(rawHeaders: readonly string[]): string | null {
  let found: string | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? "";
    if (!credentialNameLengths.has(sent.length)) continue;
    const name = sent.toLowerCase();
    if (!credentialNames.has(name)) continue;
    const value = rawHeaders[index + 1] ?? "";
    if (found !== null || (name === "authorization" && !value.startsWith("Bearer "))) return null;
    found = name === "authorization" ? value.slice(7) : value;
  }
  return found !== null && found.length <= valueLengthMax ? found : null;
}

function callerActor(
  value: string,
  { request, endpoint }: { request: IncomingMessage; endpoint: string },
): KeyActor | null {
  const caller = authenticateSecret(value);
  if (caller instanceof Promise || !caller.ok) {
    if (caller instanceof Promise) caller.catch(() => undefined);
    return null;
  }
  const { workspaceId, keyId, secretId, name, customer, scopes, limits, allowedIps } = caller.key;
  if (limits !== null || allowedIps.length > 0) return null;
  return {
    kind: "key",
    workspaceId,
    keyId,
    secretId,
    name,
    customerId: customer?.id ?? null,
    scopes,
    address: addressOf(request),
    endpoint,
  };
}

const peers = new WeakMap<Socket, string | null>();

/** Without forwarding headers the address is the socket's for all its requests. */
function addressOf({ socket, headers }: IncomingMessage): string | null {
  const forwardedFor = headers["x-forwarded-for"];
  if (forwardedFor !== undefined) return clientAddress(socket.remoteAddress, String(forwardedFor));
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const address = clientAddress(socket.remoteAddress, undefined);
  peers.set(socket, address);
  return address;
}

/** Node lets no more through than Content-Length says. A caller that leaves early gets no answer. */
export function readBytes(request: IncomingMessage, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () =>
    done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
  );
  request.on("error", () => undefined);
}

/**
 * Answers a plain call: headers as a flat list, which Node writes as it is, with how long the body is and that nobody may
 * keep it. Where a body's letters are all ASCII, latin1 is the same and takes less time to write.
 */
export function sendPlain(
  response: ServerResponse,
  status: number,
  { headers, body }: { headers: string[]; body: string },
): void {
  const bytes = Buffer.byteLength(body);
  headers.push("cache-control", "no-store, no-transform", "content-length", String(bytes));
  response.writeHead(status, headers);
  sendWhole(response, body, bytes === body.length ? "latin1" : "utf8");
}
