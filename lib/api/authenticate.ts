import type { Context, MiddlewareHandler } from "hono";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { ApiEnv } from "@/lib/api/router";
import { requireSameOrigin } from "@/lib/accounts/origin";
import { sessionActor } from "@/lib/accounts/session";
import { credentialFromBody, credentialFromHeaders, credentialFromQuery } from "@/lib/gateway/credential";
import { authenticateSecret } from "@/lib/keys/authenticate";

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
  if (value !== null) return keyActor(value, c.var.address);
  const session = await sessionActor(c.req.header("cookie") ?? null, { address: c.var.address });
  if (session === null) throw new Problem("unauthorized", "Send a key as Authorization: Bearer, or sign in.");
  requireSameOrigin(c.req.raw);
  return session;
}

/** The caller as a key. The message is the same whatever is wrong with the value. */
export async function keyActor(value: string, address: string | null): Promise<Actor> {
  const result = await authenticateSecret(value, { address });
  if (!result.ok) {
    if (result.code === "BUSY")
      throw new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 1 });
    throw new Problem("unauthorized", "This key is not good here.", { members: { code: result.code } });
  }
  const { key } = result;
  return {
    kind: "key",
    workspaceId: key.workspaceId,
    keyId: key.keyId,
    secretId: key.secretId,
    name: key.name,
    customerId: key.customer?.id ?? null,
    scopes: key.scopes,
    address,
  };
}

/** A key in header or query, else in the body; one found in the body is cut out before anything else reads it. */
async function presentedKey(c: Context<ApiEnv>): Promise<string | null> {
  const url = c.req.url;
  const question = url.indexOf("?");
  const outside = [
    ...credentialFromHeaders(c.req.raw.headers),
    ...credentialFromQuery(question < 0 ? "" : url.slice(question + 1)),
  ];
  return outside.length > 0 ? onlyOne(outside) : bodyKey(c);
}

function onlyOne(values: readonly string[]): string | null {
  const different = [...new Set(values)];
  if (different.length > 1)
    throw new Problem("two-credentials", "Two different keys were sent; send one.");
  return different[0] ?? null;
}

async function bodyKey(c: Context<ApiEnv>): Promise<string | null> {
  if (c.req.method === "GET" || c.req.method === "HEAD" || c.req.raw.body === null) return null;
  const contentType = c.req.header("content-type") ?? "";
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  const found = credentialFromBody(contentType, bytes);
  if (found === null) return null;
  c.req.raw = new Request(c.req.raw, { body: found.body });
  c.req.bodyCache = {};
  return found.value;
}
