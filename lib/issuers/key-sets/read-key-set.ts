import { type Dispatcher, request } from "undici";
import {
  addressRefusal,
  resolveHost,
  unbracketed,
  type Resolve,
} from "@/lib/gateway/upstream/connection/private-address";
import { RefusedAddress, upstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { keySetOf, type KeySet } from "@/lib/issuers/key-sets/key-set";

/** A whole reading takes no longer than this. */
export const readDeadlineMs = 5_000;

/** Longest document that is read; sets of a hundred keys take 200 KB. */
export const documentBytesMax = 512 * 1024;

/** What a reading asks of the outside; tests put their own in. */
export interface Reading {
  dispatcher: Dispatcher;
  resolve: Resolve;
  deadlineMs: number;
}

const ownReading = (): Reading => ({
  dispatcher: upstreamDispatcher(),
  resolve: resolveHost,
  deadlineMs: readDeadlineMs,
});

/**
 * Reads an issuer's key set within the deadline and byte limit, from an address that may be connected to. Redirects
 * are not followed. Throws an error whose message is a sentence without a subject ("answered 404").
 */
export async function readKeySet(url: string, reading: Reading = ownReading()): Promise<KeySet> {
  const signal = AbortSignal.timeout(reading.deadlineMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Unreadable("took too long to answer")));
  });
  try {
    return await Promise.race([readWithin(url, { ...reading, signal }), late]);
  } catch (error) {
    throw new Error(sentenceOf(error));
  }
}

interface Bounded extends Reading {
  signal: AbortSignal;
}

async function readWithin(url: string, bounded: Bounded): Promise<KeySet> {
  const refusal = await plainHttpRefusal(new URL(url), bounded.resolve);
  if (refusal !== null) throw new Unreadable(refusal);
  return keySetIn(await readDocument(url, bounded));
}

class Unreadable extends Error {}

/** Why keys may not be read over http: anybody on the way could put their own in. Null for https and for private addresses. */
export async function plainHttpRefusal(url: URL, resolve: Resolve = resolveHost): Promise<string | null> {
  if (url.protocol === "https:") return null;
  const addresses = await resolve(unbracketed(url.hostname)).catch(() => []);
  return addresses.some(isPublic)
    ? "must be https: over http anybody on the way could put their own keys in"
    : null;
}

const nothing: ReadonlySet<string> = new Set();
const publicOnly = { privateAddresses: [], ownPorts: new Set<number>(), ownAddresses: () => nothing };

function isPublic(address: string): boolean {
  return addressRefusal(address, 80, publicOnly) === null;
}

async function readDocument(url: string, { dispatcher, signal, deadlineMs }: Bounded): Promise<Buffer> {
  const { statusCode, body } = await request(url, {
    dispatcher,
    signal,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    headers: { accept: "application/jwk-set+json, application/json", "user-agent": "Latchkey" },
  });
  body.on("error", () => undefined);
  if (statusCode !== 200) {
    body.destroy();
    throw new Unreadable(
      statusCode >= 300 && statusCode < 400 ? "answered with a redirect" : `answered ${statusCode}`,
    );
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > documentBytesMax) throw new Unreadable(`is longer than ${documentBytesMax} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function keySetIn(bytes: Buffer): KeySet {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Unreadable("is not JSON");
  }
  try {
    return keySetOf(document);
  } catch (error) {
    throw new Unreadable(error instanceof Error ? error.message : "is no JWK set");
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  if (error instanceof RefusedAddress) return `is not read: ${error.message}`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if ((error instanceof Error && error.name === "TimeoutError") || code.includes("TIMEOUT"))
    return "took too long to answer";
  return code === "" ? "could not be read" : `could not be read (${code})`;
}
