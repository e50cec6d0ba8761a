import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@/lib/api/problem";
import type { Call } from "@/lib/gateway/call";
import type { CanonicalRequest } from "@/lib/gateway/canonical";
import {
  bearerValues,
  bodyMayHoldCredential,
  bodyWithoutCredential,
  credentialHeaders,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
  searchedBodyBytesMax,
} from "@/lib/gateway/credential/credential";
import type { GatewayPorts, Soon } from "@/lib/gateway/ports";
import { looksLikeToken } from "@/lib/issuers/tokens/compact";

/** What a caller presented, and what has to be left out when the request is forwarded. */
export interface Presented {
  value: string | null;
  /** The value stood in the Authorization header and nowhere else, so it may belong to the upstream after all. */
  onlyInAuthorization: boolean;
  /** The Authorization header holds the value. */
  inAuthorization: boolean;
  /** What stands in Authorization with the outline of a JWT, whoever made it. */
  token: string | null;
  /** The whole body without the credential, when it was read; else null and the body is still to come. */
  body: Buffer | null;
  bodyChanged: boolean;
}

const bodyWaitMs = 30_000;

/**
 * Finds the credential in headers and query. An Authorization value without the shape of a key belongs to the upstream;
 * beside another credential, so does one that was not made here. Throws `two-credentials`.
 */
export function presentedInHead(call: Call, canonical: CanonicalRequest, ports: GatewayPorts): Presented {
  const elsewhere = inHeaderOrQuery(call, canonical);
  const authorization = call.request.headers.authorization;
  const sent = authorization === undefined ? noValues : bearerValues(authorization);
  const bearer = sent.filter((value) => ports.looksLikeKey(value));
  const ours =
    elsewhere === null ? bearer : bearer.filter((value) => value === elsewhere || ports.isGenuine(value));
  return {
    value: oneCredential([elsewhere, ...ours]),
    onlyInAuthorization: elsewhere === null && ours.length > 0,
    inAuthorization: ours.length > 0,
    token: bearer.length === sent.length ? null : oneCredential(sent.filter(looksLikeToken)),
    body: null,
    bodyChanged: false,
  };
}

const noValues: readonly string[] = [];
const noBearer = () => false;

function inHeaderOrQuery({ request, headers }: Call, { query }: CanonicalRequest): string | null {
  const inQuery = credentialFromQuery(query);
  for (const name of credentialHeaders)
    if (request.headers[name] !== undefined)
      return oneCredential([credentialFromHeaders(headers, noBearer), inQuery]);
  return inQuery;
}

/** Where a body comes from, and how its sender is told to send it. */
export interface BodySource {
  request: IncomingMessage;
  /** Null where there is no body, as in an upgrade. */
  response: ServerResponse | null;
  /** Whether the caller may have sent a body that is not here. */
  mayWithhold?: true;
}

/** Whether a request has a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  const length = headers["content-length"];
  return length !== undefined && length !== "0";
}

/**
 * Looks for the credential in the body, and takes it out: JSON and forms that are not compressed, up to
 * 1 MiB. A longer body is put back untouched and streams.
 */
export function presentedInBody(presented: Presented, { request, response }: BodySource): Soon<Presented> {
  const { headers } = request;
  if (response === null || !hasBody(request)) return presented;
  const encoding = headers["content-encoding"] ?? "identity";
  if (!bodyMayHoldCredential(headers["content-type"]) || encoding.toLowerCase() !== "identity")
    return presented;
  if (Number(headers["content-length"] ?? 0) > searchedBodyBytesMax) return presented;
  askForBody(request, response);
  return readWhole(request).then((bytes) => {
    if (bytes === null) return presented;
    const value = credentialFromBody(headers["content-type"], bytes);
    if (value === null) return { ...presented, body: bytes };
    return {
      ...presented,
      value: oneCredential([presented.value, value]),
      body: bodyWithoutCredential(headers["content-type"], bytes),
      bodyChanged: true,
    };
  });
}

/** The same with its body read whole, for an upstream whose requests are signed. Throws `too-large` beyond 1 MiB. */
export function presentedWhole(presented: Presented, { request, response }: BodySource): Soon<Presented> {
  if (presented.body !== null || response === null || !hasBody(request)) return presented;
  askForBody(request, response);
  return readWhole(request).then((body) => {
    if (body !== null) return { ...presented, body };
    throw new Problem(
      "too-large",
      "Calls of this service are signed, and so may have at most 1 MiB of body.",
    );
  });
}

/** Answers `Expect: 100-continue`, once and only when the body is wanted. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.expect === undefined || asked.has(request)) return;
  asked.add(request);
  response.writeContinue();
}

const asked = new WeakSet<IncomingMessage>();

/** The whole body, or null when it is longer than is searched; what was read of it is then put back. */
export function readWhole(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const late = setTimeout(() => {
      leave();
      reject(
        new Problem(
          "bad-request",
          "The body did not arrive in time. It is waited for where it may hold the key or a rule reads it.",
        ),
      );
    }, bodyWaitMs);
    const leave = () => {
      clearTimeout(late);
      request.off("data", onData).off("end", onEnd).off("close", onClose).pause();
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= searchedBodyBytesMax) return;
      leave();
      request.unshift(Buffer.concat(chunks));
      resolve(null);
    };
    const onEnd = () => {
      leave();
      resolve(Buffer.concat(chunks));
    };
    const onClose = () => {
      leave();
      reject(new ClientLeft("The client left while its body was read"));
    };
    request.on("data", onData).once("end", onEnd).once("close", onClose);
  });
}

/** The caller went away, so there is nobody to answer. */
export class ClientLeft extends Error {}
