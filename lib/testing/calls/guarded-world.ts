import { createServer } from "node:http";
import { inject, vi } from "vitest";
import { roleScopes } from "@/lib/accounts/roles";
import type { SystemActor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";
import { freePort } from "@/lib/process/listeners/free-port";
import { apiClient, type Answer } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { operationBodies, operationQueries, type Operation } from "@/lib/testing/calls/operations";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A workspace in which every operation of the contract finds what it needs. */
export interface GuardedWorld {
  system: SystemActor;
  /** Calls an operation with a key, on rows made for this call. */
  call(operation: Operation, key: string): Promise<Answer>;
  /** A key of a customer of the default ceiling, whose row says these scopes. */
  customerKey(scopes: string[]): Promise<{ secret: string }>;
}

/** What some operations need besides the scope that they are about. */
export const alsoNeeded: Readonly<Record<string, readonly string[]>> = {
  "POST /account/start": ["create:services"],
  "POST /members/invitations": roleScopes("viewer"),
  "POST /members/invitations/{id}/resend": roleScopes("viewer"),
  "POST /portal-sessions": ["read:keys"],
  "POST /rules/replay": ["read:decisions"],
  "GET /decisions/{id}/explanation": ["read:rules"],
  "GET /matrix": ["read:keys"],
  "GET /matrix/cells": ["read:keys"],
  "GET /matrix/stream": ["read:keys"],
};

type Ask = ReturnType<typeof apiClient>;

/** The workspace as rows are made in it. */
interface Scene {
  workspaceId: string;
  /** As a key that holds everything. */
  ask: Ask;
  customer: string;
  decision: string;
  upstream: string;
}

/** Makes one. Rows are made over HTTP where there is a way to. */
export async function guardedWorld(): Promise<GuardedWorld> {
  const { system, workspaceId } = await createTestWorkspace();
  const { secret: full } = await issueKey(system, { scopes: ["platform:*", "*:*"] });
  const ask = apiClient(full);
  const upstream = await answeringUpstream();
  await ask("POST", "/services", { slug: "orders", upstream });
  const { body: customer } = await ask("POST", "/customers", { externalId: "first", name: "First" });
  const { body: verified } = await ask("POST", "/keys/verify", { key: full });
  const { decision } = verified;
  await vi.waitUntil(async () => (await ask("GET", `/decisions/${decision}`)).status === 200, 10_000);
  const scene: Scene = { workspaceId, ask, customer: customer.id, decision, upstream };
  return {
    system,
    call: (operation, key) => callOn(scene, operation, key),
    async customerKey(scopes) {
      const { key, secret } = await issueKey(system, { customer: scene.customer });
      await db().key.update({ where: { workspaceId_id: { workspaceId, id: key.id } }, data: { scopes } });
      return { secret };
    },
  };
}

async function answeringUpstream(): Promise<string> {
  const port = await freePort();
  createServer((_request, response) => void response.end("ok"))
    .listen(port, "127.0.0.1")
    .unref();
  return `http://127.0.0.1:${port}`;
}

async function callOn(scene: Scene, { name, method, path }: Operation, key: string): Promise<Answer> {
  const filled = `${await fill(scene, path)}${operationQueries[name] ?? ""}`;
  if (path === "/keys/{id}/rotation")
    await scene.ask("POST", filled.replace("rotation", "rotate"), { overlapSeconds: 60 });
  if (path.endsWith("/stream")) return headOf(filled, key);
  const body = operationBodies[name];
  if (body === undefined) return apiClient(key)(method, filled);
  return apiClient(key)(method, filled, { ...Object(body), ...(await particulars(scene, name, filled)) });
}

/** What a body must say of the rows that it is about. */
async function particulars(scene: Scene, name: string, path: string): Promise<Record<string, unknown>> {
  if (name === "POST /portal-sessions") return { customer: scene.customer };
  if (name === "POST /webhooks/messages/{id}/resend")
    return { endpoint: await rowOf(scene, "webhooks/endpoints") };
  if (name !== "PUT /rules/{id}" && name !== "PATCH /rules/{id}") return {};
  const { version } = (await scene.ask("GET", path)).body;
  return name === "PUT /rules/{id}" ? { version, name: randomBase62(12) } : { version };
}

/** A path with the ids of rows that are there. */
async function fill(scene: Scene, path: string): Promise<string> {
  if (path.startsWith("/customers/{id}/members"))
    return path.replace("{id}", scene.customer).replace("{userId}", await customerMember(scene));
  const [, collection] = /^\/(.+?)\/\{/.exec(path) ?? [];
  if (collection === undefined) return path;
  return path.replace(/\{\w+\}/, await rowOf(scene, collection));
}

/** Id or name of a row that nothing else uses. */
async function rowOf(scene: Scene, collection: string): Promise<string> {
  if (collection === "rulesets") return "1";
  if (collection === "decisions") return scene.decision;
  if (collection === "members") return member(scene);
  if (collection === "datastore") return storedNumber(scene);
  const word = randomBase62(12).toLowerCase();
  const body = { ...Object(operationBodies[`POST /${collection}`]), ...distinct(scene, collection, word) };
  const { body: made } = await scene.ask("POST", `/${collection}`, body);
  const row = made.key ?? made.invitation ?? made.session ?? made.endpoint ?? made;
  const id = row.id ?? row.name;
  if (typeof id !== "string") throw new Error(`No row in /${collection}: ${JSON.stringify(made)}`);
  return id;
}

async function storedNumber({ ask }: Scene): Promise<string> {
  const key = `walked/${randomBase62(12)}`;
  await ask("PUT", `/datastore/${encodeURIComponent(key)}`, 1);
  return encodeURIComponent(key);
}

/** What makes each new row of a collection another one. */
function distinct({ customer, upstream }: Scene, collection: string, word: string): Record<string, unknown> {
  switch (collection) {
    case "customers":
      return { externalId: word };
    case "services":
      return { slug: word, upstream };
    case "scopes":
      return { name: `read:${word}` };
    case "issuers":
      return { name: word, issuer: `https://${word}.example.com` };
    case "members/invitations":
      return { email: `${word}@example.com` };
    case "portal-sessions":
      return { customer };
    case "webhooks/endpoints":
      return { url: upstream };
    case "webhooks/messages":
      return {};
    default:
      return { name: word };
  }
}

async function person(): Promise<string> {
  const id = newId("user");
  await db().user.create({ data: { id, email: `${id}@example.com`.toLowerCase() } });
  return id;
}

async function member({ workspaceId }: Scene): Promise<string> {
  const userId = await person();
  await db().membership.create({ data: { workspaceId, userId, role: "viewer" } });
  return userId;
}

async function customerMember({ workspaceId, customer: customerId }: Scene): Promise<string> {
  const userId = await person();
  await db().customerMember.create({ data: { workspaceId, customerId, userId, role: "viewer" } });
  return userId;
}

/** How a stream answers, without waiting for its end. */
async function headOf(path: string, key: string): Promise<Answer> {
  const leaving = new AbortController();
  const response = await fetch(new URL(`/api/v1${path}`, inject("apiOrigin")), {
    headers: { authorization: `Bearer ${key}` },
    signal: leaving.signal,
  });
  const { status, headers } = response;
  const body: unknown = status === 200 ? null : await response.json();
  leaving.abort();
  return { status, headers, body };
}
