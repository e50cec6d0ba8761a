import { z } from "zod";

/** One operation of the published contract. */
export interface Operation {
  /** `METHOD /path`, the path below `/api/v1`. */
  name: string;
  method: string;
  path: string;
  /** Whether nobody needs to be known for it. */
  isOpen: boolean;
}

/** Operations that every known caller may use, whatever it holds: about the caller itself, or the same for everybody. */
export const anyCaller: ReadonlySet<string> = new Set([
  "GET /rules/schema",
  "GET /whoami",
  "POST /whoami/revoke",
]);

/** Whether a path names a value of a datastore: of the caller's own store, so that the same key is another row for each. */
export function isOfOwnStore(path: string): boolean {
  return path.startsWith("/datastore/");
}

/** A body that each writing operation takes, so that only the caller decides. */
export const operationBodies: Readonly<Record<string, unknown>> = {
  "PATCH /workspace": { name: "Renamed" },
  "POST /members/invitations": { email: "someone@example.com", role: "viewer" },
  "PATCH /members/{userId}": { role: "viewer" },
  "POST /audit/erasures": { actor: "user_nobody", reason: "walk" },
  "POST /customers": { externalId: "walked", name: "Walked" },
  "PATCH /customers/{id}": { name: "Walked" },
  "PATCH /customers/{id}/members/{userId}": { role: "viewer" },
  "POST /portal-sessions": { customer: "walked", capabilities: ["keys:read"] },
  "POST /keys": { name: "walked" },
  "POST /keys/verify": { key: "lk_live_x" },
  "POST /keys/revoke": { ids: ["key_x"], reason: "walk" },
  "PATCH /keys/{id}": { labels: ["walked"] },
  "POST /keys/{id}/rotate": { overlapSeconds: 60 },
  "PATCH /keys/{id}/rotation": { overlapSeconds: 60 },
  "POST /keys/{id}/revoke": { reason: "walk" },
  "POST /roles": { name: "walked", scopes: [] },
  "PATCH /roles/{name}": { description: "Walked" },
  "POST /scopes": { name: "read:walked" },
  "PATCH /scopes/{name}": { description: "Walked" },
  "POST /plans": { name: "walked" },
  "PATCH /plans/{name}": { description: "Walked" },
  "POST /issuers": {
    name: "walked",
    issuer: "https://id.example.com",
    audiences: ["walk"],
    algorithms: ["EdDSA"],
    jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "6OsearFnwPJ0WnbikebD7SAU28z5WGDJEHIIpV7oVlM" }] },
  },
  "PATCH /issuers/{id}": { name: "Walked" },
  "POST /sinks": { name: "walked", url: "https://meter.example.com" },
  "PATCH /sinks/{id}": { name: "Walked" },
  "POST /webhooks/endpoints": { url: "http://127.0.0.1:9/walked" },
  "PATCH /webhooks/endpoints/{id}": { description: "Walked" },
  "POST /webhooks/endpoints/{id}/secret/rotate": { overlapSeconds: 60 },
  // Takes none.
  "POST /webhooks/endpoints/{id}/test": undefined,
  "POST /webhooks/endpoints/{id}/recover": { since: "2026-01-01T00:00:00Z" },
  "POST /webhooks/messages/{id}/resend": { endpoint: "wep_x" },
  "POST /webhooks/messages": { eventType: "walked", payload: { walked: true } },
  "POST /services": { slug: "walked", upstream: "http://127.0.0.1:9" },
  "PATCH /services/{id}": { name: "Walked" },
  "POST /services/{id}/test": { path: "/" },
  "POST /services/{id}/required-scopes/import": { document: { openapi: "3.1.0", paths: {} } },
  "POST /rules": { name: "walked", effect: "deny" },
  "POST /rules/validate": { name: "walked", effect: "deny" },
  "POST /rules/simulate": { request: { method: "GET", path: "/" }, service: "orders" },
  "POST /rules/replay": { draft: { name: "walked", effect: "deny" }, from: "2026-01-01T00:00:00Z" },
  "PUT /rules/{id}": { name: "walked", effect: "deny", version: 1 },
  "PATCH /rules/{id}": { effect: "deny", version: 1 },
  "POST /rules/{id}/attachments": { attach: [{}] },
  "PUT /matrix/cells": { service: "orders" },
  "POST /rulesets/rollback": { version: 1 },
  "PUT /datastore/{key}": { walked: true },
  "POST /datastore/{key}/increment": { by: 1 },
  "POST /logs": { message: "walked" },
  "POST /authorize": { service: "orders", method: "GET", path: "/" },
};

/** Queries that operations cannot do without. */
export const operationQueries: Readonly<Record<string, string>> = {
  "GET /usage/sparklines": "?keys=key_x",
  "GET /rulesets/diff": "?from=0&to=1",
  "GET /matrix/cells": "?credential=anonymous&service=orders",
};

const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ security: z.array(z.unknown()).optional() }))),
});

/** Every operation of the contract that the process at `origin` serves. */
export async function readOperations(origin: string): Promise<Operation[]> {
  const document = OpenApi.parse(await (await fetch(new URL("/openapi.json", origin))).json());
  return Object.entries(document.paths).flatMap(([whole, methods]) =>
    Object.entries(methods).map(([lower, { security }]) => {
      const [method, path] = [lower.toUpperCase(), whole.replace("/api/v1", "")];
      return { name: `${method} ${path}`, method, path, isOpen: security?.length === 0 };
    }),
  );
}
