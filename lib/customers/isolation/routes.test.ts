import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { acceptInvitation } from "@/lib/accounts/members/accept-invitation";
import { invite } from "@/lib/accounts/members/invitations";
import { setValue } from "@/lib/datastore/set";
import { db } from "@/lib/db/client";
import { createPortalSession } from "@/lib/portal-sessions/create";
import { exchangeCode } from "@/lib/portal-sessions/exchange";
import { Capability, CreatePortalSession } from "@/lib/portal-sessions/schema";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { addCustomer } from "@/lib/testing/customer";
import { apiClient } from "@/lib/testing/calls/http";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import {
  isOfOwnStore,
  operationBodies,
  operationQueries,
  readOperations,
  type Operation,
} from "@/lib/testing/calls/operations";
import { cookieOf, freshEmail, testPassword, tokenIn } from "@/lib/testing/person";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { createMessage } from "@/lib/webhooks/messages/create";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

/** What a customer's callers may do without naming a row; an operation that is not here must refuse them. */
const theirs = new Set([
  "GET /customers",
  "GET /keys",
  "POST /keys",
  "POST /keys/verify",
  "POST /keys/revoke",
  "GET /whoami",
  "GET /scopes",
  "GET /members/invitations",
  "POST /members/invitations",
  "GET /decisions",
  "GET /decisions/summary",
  "GET /audit",
  "GET /events",
  "GET /overview",
  "GET /usage",
  "GET /usage/export",
  "GET /usage/quotas",
  "GET /usage/sparklines",
  "GET /datastore",
  "GET /recent-values",
  "GET /events/types",
  "GET /logs",
  "POST /logs",
  "GET /rules/schema",
  "GET /webhooks/endpoints",
  "POST /webhooks/endpoints",
  "GET /webhooks/messages",
]);

/** Ends the caller itself, or never ends. */
const apart = new Set([
  "POST /whoami/revoke",
  "GET /decisions/stream",
  "GET /events/stream",
  "GET /logs/stream",
]);

const everything = ["platform:*", "*:*"];
/** Every platform scope, and of the workspace's own what is not another's. */
const ceiling = ["platform:*", "*:invoices"];
const callers = ["key", "portal session", "member"] as const;
type Caller = ReturnType<typeof apiClient>;

interface Ids {
  /** By path up to and with the parameter. */
  [template: string]: string;
}

let operations: Operation[] = [];
let calls: Record<(typeof callers)[number], Caller>;
let workspaceId: string;
let foreign: { customer: Ids; workspace: Ids };
let names: { otherCustomer: string; otherKey: string; workspaceKey: string; ownKey: string };
let secrets: { other: string; workspace: string };
/** Texts that stand in the other customer's and the workspace's rows and nowhere else. */
const markers = ["marker-", "provider-"];

beforeAll(async () => {
  operations = (await readOperations(inject("apiOrigin"))).filter(
    ({ isOpen, name }) => !isOpen && !apart.has(name),
  );
  const { system, workspaceId: id, owner: plainOwner } = await createTestWorkspace();
  workspaceId = id;
  const owner = { ...plainOwner, email: `provider-${plainOwner.email}`, address: "198.51.100.77" };
  markers.push(owner.address);
  const mine = await addCustomer(system, { name: "Mine", scopeCeiling: ceiling });
  const other = await addCustomer(system, {
    name: "marker-other",
    externalId: "marker-external",
    metadata: { note: "marker-note" },
  });
  const [own, otherKey, workspaceKey] = [
    await issueKey(owner, { name: "own", customer: mine.id, scopes: ceiling }),
    await issueKey(owner, { name: "marker-other-key", customer: other.id, labels: ["marker-label"] }),
    await issueKey(owner, { name: "marker-workspace-key", scopes: everything }),
  ];
  const backend = callerOf(workspaceId, workspaceKey);
  const open = (customer: string, subject: string) =>
    createPortalSession(
      backend,
      CreatePortalSession.parse({ customer, subject, capabilities: Capability.options }),
    );
  const { token } = await exchangeCode(await open(mine.id, "own"), { address: null, origin: null });
  const otherSession = await open(other.id, "marker-subject");
  const member = await join(mine.id);
  const otherMember = await join(other.id);
  const pending = await invite(owner, { email: `marker-${freshEmail()}`, role: "viewer" });
  const otherPending = await invite(owner, {
    email: `marker-${freshEmail()}`,
    role: "viewer",
    customer: other.id,
  });
  const service = await createService(
    system,
    CreateService.parse({ slug: "marker-service", upstream: "http://127.0.0.1:9" }),
  );
  const rule = await createRule(system, {
    name: "marker-rule",
    effect: "deny",
    attachments: [{ service: service.id }],
  });
  for (const customer of [undefined, other.id])
    await setValue(system, {
      key: "marker-key",
      value: new TextEncoder().encode("marker-value"),
      contentType: "text/plain",
      customer,
    });
  const [theirEndpoint, workspaceEndpoint] = [await endpointOf(other.id), await endpointOf(undefined)];
  await db().role.create({ data: { workspaceId, name: "marker-role", description: "marker-role" } });
  await db().workspaceScope.create({ data: { workspaceId, name: "read:marker-scope" } });
  await db().plan.create({ data: { workspaceId, name: "marker-plan", updatedAt: new Date() } });
  const decisions = await decide(workspaceKey.secret, [otherKey.secret, workspaceKey.secret, own.secret]);
  calls = { key: apiClient(own.secret), "portal session": apiClient(token), member: await browser(member) };
  names = {
    otherCustomer: other.id,
    otherKey: otherKey.key.id,
    workspaceKey: workspaceKey.key.id,
    ownKey: own.key.id,
  };
  secrets = { other: otherKey.secret, workspace: workspaceKey.secret };
  const shared = {
    "/services/{id}": service.id,
    "/rules/{id}": rule.id,
    "/rulesets/{version}": "1",
    "/roles/{name}": "marker-role",
    "/scopes/{name}": "read:marker-scope",
    "/plans/{name}": "marker-plan",
    "/members/{userId}": owner.userId,
  };
  foreign = {
    customer: {
      ...shared,
      "/keys/{id}": otherKey.key.id,
      "/customers/{id}": other.id,
      "/customers/{id}/members/{userId}": otherMember.id,
      "/portal-sessions/{id}": otherSession.id,
      "/members/invitations/{id}": otherPending.invitation.id,
      "/decisions/{id}": decisions[0] ?? "",
      "/webhooks/endpoints/{id}": theirEndpoint,
      "/webhooks/messages/{id}": await messageTo(other.id),
    },
    workspace: {
      ...shared,
      "/keys/{id}": workspaceKey.key.id,
      "/customers/{id}": "marker-external",
      "/customers/{id}/members/{userId}": owner.userId,
      "/portal-sessions/{id}": otherSession.id,
      "/members/invitations/{id}": pending.invitation.id,
      "/decisions/{id}": decisions[1] ?? "",
      "/webhooks/endpoints/{id}": workspaceEndpoint,
      "/webhooks/messages/{id}": await messageTo(undefined),
    },
  };

  async function endpointOf(customer: string | undefined) {
    const given = { url: "http://127.0.0.1:9/marker-hooks", customer, eventTypes: ["none"] };
    return (await createEndpoint(system, CreateWebhookEndpoint.parse(given))).endpoint.id;
  }

  async function messageTo(customer: string | undefined) {
    const given = { eventType: "marker-type", payload: { text: "marker-payload" }, customer };
    return (await createMessage(system, given)).id;
  }

  async function join(customer: string) {
    const { link } = await invite(system, { email: freshEmail(), role: "admin", customer });
    const { user } = await acceptInvitation(null, { token: tokenIn(link), password: testPassword }, null);
    return { ...user, sessionGeneration: user.sessionGeneration ?? 0 };
  }
});

/** Someone's browser on a page of the portal. */
async function browser(user: Parameters<typeof cookieOf>[0]): Promise<Caller> {
  const cookie = await cookieOf(user);
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  return (method, path, body) => apiClient(null)(method, path, body, headers);
}

/** Verifies each key as `caller` and answers the decisions' ids once they can be read. */
async function decide(caller: string, keys: string[]): Promise<string[]> {
  const call = apiClient(caller);
  const ids: string[] = [];
  for (const key of keys) ids.push((await call("POST", "/keys/verify", { key })).body.decision);
  for (const id of ids)
    await vi.waitUntil(async () => (await call("GET", `/decisions/${id}`)).status === 200, {
      timeout: 10_000,
    });
  return ids;
}

function fill(path: string, ids: Ids): string {
  return path.replace(/\{\w+\}/g, (_parameter, at: number) => {
    const template = path.slice(0, path.indexOf("}", at) + 1);
    return ids[template] ?? "missing";
  });
}

const textOf = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body));

function expectNoMarker(what: string, body: unknown): void {
  const found = markers.filter((marker) => textOf(body).includes(marker));
  expect({ what, found }).toEqual({ what, found: [] });
}

/** Every row that is not the customer's, as text. */
async function others(): Promise<string> {
  const where = { workspaceId };
  const notOwn = { NOT: { customer: { name: "Mine" } } };
  return JSON.stringify(
    [
      await db().workspace.findMany({ where: { id: workspaceId } }),
      await db().customer.findMany({ where }),
      await db().key.findMany({
        where: { ...where, OR: [{ customerId: null }, notOwn] },
        include: { secrets: true },
      }),
      await db().service.findMany({ where }),
      await db().rule.findMany({ where, include: { attachments: true } }),
      await db().role.findMany({ where }),
      await db().workspaceScope.findMany({ where }),
      await db().plan.findMany({ where }),
      await db().issuer.findMany({ where }),
      await db().membership.findMany({ where }),
      await db().customerMember.findMany({ where: { ...where, ...notOwn } }),
      await db().portalSession.findMany({ where }),
      await db().datastoreEntry.findMany({
        where: { ...where, customerId: { in: ["", names.otherCustomer] } },
        select: { customerId: true, key: true, value: true, contentType: true },
      }),
      await db().webhookEndpoint.findMany({
        where: { ...where, OR: [{ customerId: null }, { customerId: names.otherCustomer }] },
      }),
      await db().webhookMessage.findMany({ where }),
      await db().webhookDelivery.findMany({ where }),
      await db().invitation.findMany({ where: { ...where, email: { startsWith: "marker-" } } }),
    ],
    (name, value: unknown) =>
      name === "lastUsedAt" || name === "lastUsedFrom" || name === "updatedAt" || name === "expiryWarned"
        ? null
        : value,
  );
}

describe.each(callers)("a customer's %s with every scope it can have", (caller) => {
  test("reads and writes nothing of another customer or of the workspace by naming its rows", async () => {
    const before = await others();
    const naming = operations.filter(({ path }) => path.includes("{") && !isOfOwnStore(path));
    expect(naming.length).toBeGreaterThan(30);
    for (const { name, method, path } of naming)
      for (const [whose, ids] of Object.entries(foreign)) {
        const answer = await calls[caller](method, fill(path, ids), operationBodies[name]);
        const what = `${name} of the ${whose}`;
        expect({ what, status: answer.status, refused: [403, 404].includes(answer.status) }).toMatchObject({
          refused: true,
        });
        expectNoMarker(what, answer.body);
      }
    expect(await others()).toBe(before);
  });

  test("gets no trace of another customer or of the workspace from any list, and is refused what is the workspace's", async () => {
    const before = await others();
    const answered: string[] = [];
    for (const { name, method, path } of operations.filter((one) => !one.path.includes("{"))) {
      const query = operationQueries[name] ?? "";
      const answer = await calls[caller](method, `${path}${query}`, operationBodies[name]);
      expectNoMarker(name, answer.body);
      if (answer.status < 300) answered.push(name);
      else expect([403, 404, 409, 422]).toContain(answer.status);
    }
    expect(answered.filter((name) => !theirs.has(name))).toEqual([]);
    expect(answered).toEqual(
      expect.arrayContaining(["GET /keys", "GET /decisions", "GET /usage", "GET /audit"]),
    );
    expect(await others()).toBe(before);
  });

  test("finds nothing of others by asking for it", async () => {
    const call = calls[caller];
    const { otherCustomer, otherKey, workspaceKey } = names;
    for (const path of [
      `/keys?customer=${otherCustomer}`,
      "/keys?customer=marker-external",
      "/keys?q=marker",
      "/customers?q=marker",
      "/customers?externalId=marker-external",
      `/decisions?credential=${otherKey}`,
      `/decisions?credential=${workspaceKey}`,
      "/decisions?q=marker",
      `/audit?subject=${otherKey}`,
      `/audit?subject=${otherCustomer}`,
      `/usage/sparklines?keys=${otherKey},${workspaceKey}`,
      `/usage/quotas?key=${otherKey}`,
      `/usage/quotas?customer=${otherCustomer}`,
      "/datastore?prefix=marker",
      "/recent-values",
      `/webhooks/endpoints?customer=${otherCustomer}`,
      `/webhooks/messages?customer=${otherCustomer}`,
      "/webhooks/messages?customer=marker-external",
      "/webhooks/messages?eventType=marker-type",
      "/webhooks/endpoints?customer=marker-external",
    ]) {
      const { status, body } = await call("GET", path);
      if (status < 300) expect({ path, items: body.items }).toEqual({ path, items: [] });
      else expect({ path, status }).toEqual({ path, status: 403 });
      expectNoMarker(path, body);
    }
    for (const group of ["key", "customer", "service"])
      expectNoMarker(group, (await call("GET", `/usage?group=${group}&range=24h`)).body);
  });

  test("reaches no store but its own, whatever key or customer it names", async () => {
    const before = await others();
    const call = calls[caller];
    for (const query of ["", `?customer=${names.otherCustomer}`, "?customer=marker-external"]) {
      for (const path of [`/datastore${query}`, `/recent-values${query}`, `/datastore/marker-key${query}`]) {
        const { body } = await call("GET", path);
        expectNoMarker(path, body.items ?? body);
      }
      expect([403, 404]).toContain((await call("DELETE", `/datastore/marker-key${query}`)).status);
    }
    for (const customer of [names.otherCustomer, "marker-external"]) {
      const put = await call("PUT", `/datastore/marker-key?customer=${customer}`, { mine: true });
      const add = await call("POST", `/datastore/marker-key/increment?customer=${customer}`, { by: 1 });
      expect([403, 404]).toContain(put.status);
      expect([403, 404]).toContain(add.status);
    }
    expect(await others()).toBe(before);
  });

  test("does nothing to others by naming them in a body", async () => {
    const before = await others();
    const call = calls[caller];
    const { otherCustomer, otherKey, workspaceKey } = names;
    const revoked = await call("POST", "/keys/revoke", { ids: [otherKey, workspaceKey], reason: "mine now" });
    expect(revoked.body.revoked).toEqual([]);
    expect(new Set(revoked.body.notFound)).toEqual(new Set([otherKey, workspaceKey]));
    for (const [path, body] of [
      ["/keys", { name: "theirs", customer: otherCustomer }],
      ["/keys", { name: "theirs", customer: "marker-external" }],
      ["/keys", { name: "mine", metadata: { vip: true } }],
      ["/keys", { name: "mine", externalId: "x" }],
      ["/keys", { name: "mine", rateLimits: [{ limit: 1_000, windowSeconds: 1 }] }],
      ["/keys", { name: "mine", plan: "marker-plan" }],
      ["/members/invitations", { email: freshEmail(), role: "viewer", customer: otherCustomer }],
      ["/webhooks/endpoints", { url: "https://x.example.com/", customer: otherCustomer }],
      ["/webhooks/endpoints", { url: "https://x.example.com/", customer: "marker-external" }],
      ["/webhooks/messages", { eventType: "x", payload: {}, customer: otherCustomer }],
      ["/webhooks/messages", { eventType: "x", payload: {} }],
      ["/portal-sessions", { customer: otherCustomer, capabilities: ["keys:read"] }],
      ["/authorize", { service: "marker-service", method: "GET", path: "/", credential: workspaceKey }],
      ["/authorize", { service: "marker-service", method: "GET", path: "/", explain: true }],
    ] as const) {
      const answer = await call("POST", path, body);
      expect({ path, body, refused: [403, 404, 422].includes(answer.status) }).toMatchObject({
        refused: true,
      });
    }
    for (const key of [secrets.other, secrets.workspace]) {
      const { status, body } = await call("POST", "/keys/verify", { key });
      if (status !== 403)
        expect(body).toMatchObject({ valid: false, code: "NOT_FOUND", keyId: null, name: null });
    }
    for (const change of [
      { metadata: {} },
      { externalId: "x" },
      { rateLimits: [] },
      { quotas: [] },
      { plan: null },
    ]) {
      const answer = await call("PATCH", `/keys/${names.ownKey}`, change);
      expect({ change, status: answer.status }).toEqual({ change, status: 403 });
    }
    expect(await others()).toBe(before);
  });

  test("sees its own: its customer, keys, usage, decisions and trail", async () => {
    const call = calls[caller];
    const { body } = await call("GET", "/keys?q=own");
    expect(body.items).toMatchObject([{ id: names.ownKey }]);
    expect((await call("GET", `/keys/${names.ownKey}`)).status).toBe(200);
    expect((await call("GET", `/keys/${names.ownKey}/usage`)).status).toBe(200);
    const decisions = await call("GET", `/decisions?credential=${names.ownKey}`);
    expect(decisions.body.items.length).toBeGreaterThan(0);
    expect(decisions.body.items[0].credential.id).toBe(names.ownKey);
    const trail = await call("GET", `/audit?subject=${names.ownKey}`);
    expect(trail.body.items.at(-1)).toMatchObject({
      action: "keys.create",
      actor: { kind: "provider", id: "provider", label: "Provider" },
      address: null,
    });
  });
});
