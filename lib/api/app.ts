import type { Context } from "hono";
import { accountRoutes } from "@/lib/accounts/routes";
import { authenticate } from "@/lib/api/caller/authenticate";
import { clientAddress } from "@/lib/api/caller/client-address";
import { formsAsJson } from "@/lib/api/forms/forms-as-json";
import { healthRoutes } from "@/lib/api/health/routes";
import { problemResponse } from "@/lib/api/problems/problem-response";
import { Problem } from "@/lib/api/problem";
import { describeForAll, openapiHead } from "@/lib/api/openapi/openapi";
import { readBody } from "@/lib/api/read-body";
import { createRouter, type ApiEnv } from "@/lib/api/router";
import { auditRoutes } from "@/lib/audit/routes";
import { authzenRoutes } from "@/lib/authzen/routes";
import { newId } from "@/lib/db/id";
import { datastoreRoutes } from "@/lib/datastore/routes";
import { decisionRoutes } from "@/lib/events/routes";
import { eventRoutes } from "@/lib/events/store/routes";
import { customerMemberRoutes } from "@/lib/customers/members/member-routes";
import { customerRoutes } from "@/lib/customers/routes";
import { forwardAuthRoutes } from "@/lib/gateway/forward-auth/routes";
import { issuerRoutes } from "@/lib/issuers/routes";
import { holderRoutes } from "@/lib/keys/holder/routes";
import { keyRoutes } from "@/lib/keys/routes";
import { logRoutes } from "@/lib/logs/routes";
import { matrixRoutes } from "@/lib/matrix/routes";
import { awaitApplied } from "@/lib/nodes/await-applied";
import { planRoutes } from "@/lib/plans/routes";
import { roleRoutes } from "@/lib/roles/routes";
import { crossOrigin } from "@/lib/portal-sessions/cross-origin";
import { portalSessionRoutes } from "@/lib/portal-sessions/routes";
import { findingRoutes } from "@/lib/rules/findings/routes";
import { replayRoutes } from "@/lib/rules/replay/routes";
import { ruleRoutes } from "@/lib/rules/routes";
import { scopeRoutes } from "@/lib/scopes/routes";
import { serviceRoutes } from "@/lib/services/routes";
import { sinkRoutes } from "@/lib/sinks/routes";
import { usageRoutes } from "@/lib/usage/routes";
import { webhookMessageRoutes } from "@/lib/webhooks/messages/routes";
import { webhookRoutes } from "@/lib/webhooks/routes";

/** Paths below /api/v1 that need nobody to be known, or look at the session themselves. */
const openPaths = new Set([
  "/api/v1/account/sign-up",
  "/api/v1/account/workspaces",
  "/api/v1/account/password",
  "/api/v1/account/forgot",
  "/api/v1/account/reset",
  "/api/v1/account/invitations/accept",
  "/api/v1/portal-sessions/exchange",
]);

/** The HTTP API: every room's routes behind one way of authenticating, refusing and numbering requests. */
export function createApiApp() {
  const app = createRouter();
  app.onError((error, c) => problemResponse(error, c.var.requestId ?? newId("req")));
  app.notFound((c) => problemResponse(new Problem("not-found", "There is no such path."), c.var.requestId));
  app.use(async (c, next) => {
    c.set("requestId", newId("req"));
    c.set("address", addressOf(c));
    await next();
    c.header("x-request-id", callersRequestId(c) ?? c.var.requestId);
    for (const [name, value] of Object.entries(c.var.limitHeaders ?? {})) c.header(name, value);
    // Next would hold a stream's events back to compress them.
    c.header("cache-control", "no-store, no-transform");
  });
  // Before all that would answer in its place: there, credentials, origins and preflights are those of a proxy's caller.
  app.route("/api/v1", forwardAuthRoutes);
  app.use("/api/v1/*", crossOrigin);
  app.use("/api/v1/*", readBody);
  app.use("/api/v1/*", (c, next) => (openPaths.has(c.req.path) ? next() : authenticate(c, next)));
  const readForms = formsAsJson(() => app.getOpenAPI31Document(openapiHead));
  app.use("/api/v1/*", (c, next) => (openPaths.has(c.req.path) ? next() : readForms(c, next)));
  for (const path of ["rules", "rules/*", "rulesets/*", "services", "services/*", "matrix/*"])
    app.use(`/api/v1/${path}`, awaitApplied);
  app.route("/", healthRoutes);
  app.route("/", authzenRoutes);
  for (const routes of [
    accountRoutes,
    customerRoutes,
    customerMemberRoutes,
    portalSessionRoutes,
    keyRoutes,
    roleRoutes,
    scopeRoutes,
    planRoutes,
    holderRoutes,
    issuerRoutes,
    serviceRoutes,
    findingRoutes,
    ruleRoutes,
    replayRoutes,
    matrixRoutes,
    decisionRoutes,
    auditRoutes,
    eventRoutes,
    datastoreRoutes,
    logRoutes,
    usageRoutes,
    sinkRoutes,
    webhookRoutes,
    webhookMessageRoutes,
  ])
    app.route("/api/v1", routes);
  describeForAll(app);
  app.doc31("/openapi.json", openapiHead);
  return app;
}

/** AuthZEN's callers name their requests, and find that name on the answer. */
function callersRequestId(c: Context<ApiEnv>): string | undefined {
  return c.req.path.startsWith("/api/v1/") ? undefined : c.req.header("x-request-id");
}

/** The peer's address where the listener put it on the environment (`server.ts`); unknown inside Next. */
function addressOf(c: Context<ApiEnv>): string | null {
  return clientAddress(c.env?.incoming?.socket.remoteAddress, c.req.header("x-forwarded-for"));
}
