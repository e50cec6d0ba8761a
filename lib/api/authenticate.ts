import type { Context, MiddlewareHandler } from "hono";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { ApiEnv } from "@/lib/api/router";
import { requireSameOrigin } from "@/lib/accounts/origin";
import { sessionActor } from "@/lib/accounts/session";
import {
  bodyMayHoldCredential,
  bodyWithoutCredential,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
} from "@/lib/gateway/credential";
import { isAllowedAddress } from "@/lib/keys/allowed-address";
import { authenticateSecret } from "@/lib/keys/authenticate";
import type { VerifiedKey } from "@/lib/keys/verified-key";
import { consumeLimits } from "@/lib/limits/consume";
import { limitHeaders } from "@/lib/limits/headers";

/** Largest body that is searched for a key, and the largest that `/api/v1` takes at all: 1 MiB. */
export const apiBodyBytesMax = 1_048_576;

/** Finds out who is calling, by key or by portal session, or answers 401. */
export const authenticate: MiddlewareHandler<ApiEnv> = async (c, next) => {
  c.set("actor", await callerOf(c));
  await next();
};

/** Who a request comes from; also asked again of a request whose answer is still going out. */
export async function callerOf(c: Context<ApiEnv>): Promise<Actor> {
  const value = await presentedKey(c);
  if (value !== null) return keyActor(c, value);
  const session = await sessionActor(c.req.header("cookie") ?? null, { address: c.var.address });
  if (session === null) throw new Problem("unauthorized", "Send a key as Authorization: Bearer, or sign in.");
  requireSameOrigin(c.req.raw);
  return session;
}

/** The caller as a key, within its address list and limits. What is wrong with a value is told by its code alone. */
async function keyActor(c: Context<ApiEnv>, value: string): Promise<Actor> {
  const { address } = c.var;
  const result = await authenticateSecret(value, { address });
  if (!result.ok) throw refusal(result.code);
  const { key } = result;
  if (!isAllowedAddress(key.allowedIps, address)) throw new Problem("forbidden", "This key may not be used from this address.");
  await takeLimits(c, key);
  const { workspaceId, keyId, secretId, name, customer, scopes } = key;
  return { kind: "key", workspaceId, keyId, secretId, name, customerId: customer?.id ?? null, scopes, address };
}

function refusal(code: string): Problem {
  if (code === "BUSY") return new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 1 });
  return new Problem("unauthorized", "This key is not good here.", { members: { code } });
}

async function takeLimits(c: Context<ApiEnv>, key: VerifiedKey): Promise<void> {
  const outcome = await consumeLimits(key, 1);
  for (const [name, value] of Object.entries(limitHeaders(outcome))) c.header(name, value);
  if (!outcome.ok)
    throw new Problem("rate-limited", "A limit of this key was reached.", {
      retryAfterSeconds: outcome.retryAfterSeconds,
      members: { code: outcome.code },
    });
}

/** A key in header or query, else in the body; one found in the body is cut out before anything else reads it. */
async function presentedKey(c: Context<ApiEnv>): Promise<string | null> {
  const url = c.req.url;
  const question = url.indexOf("?");
  const outside = oneCredential([
    credentialFromHeaders(c.req.raw.headers),
    credentialFromQuery(question < 0 ? "" : url.slice(question + 1)),
  ]);
  return outside ?? bodyKey(c);
}

async function bodyKey(c: Context<ApiEnv>): Promise<string | null> {
  const contentType = c.req.header("content-type");
  if (c.req.method === "GET" || c.req.method === "HEAD" || !bodyMayHoldCredential(contentType)) return null;
  const bytes = new Uint8Array(await c.req.raw.clone().arrayBuffer());
  const value = credentialFromBody(contentType, bytes);
  if (value !== null) c.req.raw = new Request(c.req.raw, { body: new Uint8Array(bodyWithoutCredential(contentType, bytes)) });
  return value;
}
