import { request } from "undici";
import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { type CanonicalRequest, refusals } from "@/lib/gateway/canonical";
import { readDescribed } from "@/lib/gateway/question/described";
import { servedPath } from "@/lib/gateway/served-path";
import { RefusedAddress, upstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { compiledService } from "@/lib/services/stored/compiled-service";
import { findService, presentService } from "@/lib/services/stored/find";
import { injectionOf, queryWith, secretReach, withoutSecret } from "@/lib/services/injection/inject";
import type { CompiledService } from "@/lib/services/schema";
import type { TestCall, TestCallAnswer } from "@/lib/services/upstream/schema";

/** How much of an upstream's answer a test shows. */
const bodyBytesMax = 2_048;

/**
 * Calls a service's upstream once, past the rules and without a caller's credential, so that a person sees
 * whether it answers; its own secret is put in, and hidden where the answer repeats it. Redirects are not followed. Needs `update:services`. Throws `not-found`, `invalid` (the path),
 * `upstream-unreachable` or `upstream-timeout`.
 */
export async function testService(
  actor: Actor,
  idOrSlug: string,
  { method, path }: TestCall,
): Promise<TestCallAnswer> {
  requireScope(actor, "update:services");
  requireProvider(actor);
  const row = await findService(db(), actor.workspaceId, idOrSlug);
  const sealed = row.injectionSecret;
  const service = compiledService({
    ...presentService(row),
    injectionSecret: sealed === null ? null : Buffer.from(sealed).toString("base64"),
  });
  const served = servedCall(service, { method, path });
  await db().$transaction((tx) =>
    audit(tx, actor, { action: "services.test", subject: row.id, detail: { method, path: served.path } }),
  );
  const startedAt = performance.now();
  try {
    return await call({ service, method, served, startedAt });
  } catch (error) {
    throw asProblem(error, service.upstream.origin);
  }
}

/** The call as the service's path policy has it. Throws `invalid` where the gateway would refuse it. */
function servedCall(service: CompiledService, described: TestCall): CanonicalRequest {
  const read = readDescribed(described);
  const served = "refused" in read ? read : servedPath(read.canonical, service.paths);
  if (!("refused" in served)) return served;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "path", message: refusals[served.refused] }],
  });
}

async function call(sent: {
  service: CompiledService;
  method: TestCall["method"];
  served: CanonicalRequest;
  startedAt: number;
}): Promise<TestCallAnswer> {
  const { service, method } = sent;
  const { upstream, responseTimeoutMs } = service;
  const path = `${upstream.path}${sent.served.forwardPath}` || "/";
  const { query } = sent.served;
  const target = query === "" ? path : `${path}?${query}`;
  const body = Buffer.alloc(0);
  const injected = injectionOf(service, () => ({ method, target, body, nowMs: Date.now() }));
  const added = injected?.query ?? null;
  const asked = added === null ? target : `${path}?${queryWith(query, added)}`;
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(`${upstream.origin}${asked}`, {
    method,
    dispatcher: upstreamDispatcher(),
    headersTimeout: responseTimeoutMs,
    bodyTimeout: responseTimeoutMs,
    signal: AbortSignal.timeout(responseTimeoutMs),
    headers: ["user-agent", "Latchkey service test", ...(injected?.headers ?? [])],
  });
  const latencyMs = Math.round((performance.now() - sent.startedAt) * 10) / 10;
  const chunks: Buffer[] = [];
  let size = 0;
  const readMax = bodyBytesMax + secretReach(service);
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > readMax) break;
  }
  const shown = ["content-type", "content-length", "location"].flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, withoutSecret(service, value).slice(0, 500)] as const] : [];
  });
  return {
    status: statusCode,
    latencyMs,
    headers: Object.fromEntries(shown),
    body: Buffer.from(withoutSecret(service, Buffer.concat(chunks).toString("utf8")))
      .subarray(0, bodyBytesMax)
      .toString("utf8"),
    truncated: size > bodyBytesMax,
  };
}

/** What went wrong, in words for the person who tests. */
function asProblem(error: unknown, origin: string): Problem {
  if (error instanceof RefusedAddress)
    return new Problem("upstream-unreachable", `${origin} is not called: ${error.message}.`);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const timedOut = error instanceof Error && (error.name === "TimeoutError" || code.includes("TIMEOUT"));
  if (timedOut) return new Problem("upstream-timeout", `${origin} took too long to answer.`);
  return new Problem("upstream-unreachable", `${origin} did not answer${code === "" ? "" : ` (${code})`}.`);
}
