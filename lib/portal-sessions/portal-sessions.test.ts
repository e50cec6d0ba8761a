import { expect, test } from "vitest";
import { updateCustomer } from "@/lib/customers/update";
import { deleteCustomer } from "@/lib/customers/delete";
import { db } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/reading/list";
import { revokeKey } from "@/lib/keys/revoke";
import { CreateKey } from "@/lib/keys/changes/schema";
import { ListKeys } from "@/lib/keys/reading/schema";
import { updateKey } from "@/lib/keys/update";
import { portalSessionCaller } from "@/lib/portal-sessions/authenticate";
import { createPortalSession } from "@/lib/portal-sessions/create";
import { endPortalSession } from "@/lib/portal-sessions/end";
import { exchangeCode } from "@/lib/portal-sessions/exchange";
import { readPortalSession } from "@/lib/portal-sessions/read";
import { CreatePortalSession, NewPortalSession } from "@/lib/portal-sessions/schema";
import { addCustomer } from "@/lib/testing/customer";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const from = { address: null, origin: null };

function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { kind?: string }) => error.kind ?? String(error),
  );
}

/** Kind and words of a refusal. */
function refusalOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { kind: string; message: string }) => `${error.kind} ${error.message}`,
  );
}

/** A workspace with a customer, and the provider's backend: a key that may open sessions and reads invoices. */
async function provider(scopes: string[] = []) {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await addCustomer(owner);
  const all = ["create:portal-sessions", "read:keys", "create:keys", "read:invoices", ...scopes];
  const issued = await issueKey(owner, { scopes: all });
  const backend = callerOf(workspaceId, issued);
  const open = (capabilities: string[] = ["keys:read", "keys:create"], more = {}) =>
    createPortalSession(
      backend,
      CreatePortalSession.parse({ customer: customer.externalId, capabilities, ...more }),
    );
  return { owner, workspaceId, customer, backend, backendKey: issued.key, open };
}

const actorOf = async (token: string) => (await portalSessionCaller(token, null)).actor;

test("a code is exchanged once for a token of one customer with its capabilities, each step traced", async () => {
  const { owner, workspaceId, customer, open } = await provider();
  const session = await open(["keys:read"], { subject: "dana@acme.example" });
  expect(NewPortalSession.parse(session)).toMatchObject({ customer: customer.id });
  const { token, ...told } = await exchangeCode(session, from);
  expect(told).toMatchObject({
    customer: { id: customer.id, externalId: customer.externalId },
    capabilities: ["keys:read"],
    scopes: ["read:invoices"],
  });
  expect(await actorOf(token)).toMatchObject({
    workspaceId,
    customerId: customer.id,
    subject: "dana@acme.example",
    scopes: ["read:invoices", "read:keys"],
  });
  expect(await readPortalSession(owner, session.id)).toMatchObject({ status: "active" });
  const rows = JSON.stringify(await db().portalSession.findMany({ where: { workspaceId } }));
  const trail = await db().auditEntry.findMany({ where: { workspaceId, subject: session.id } });
  for (const secret of [session.code, token])
    expect(rows + JSON.stringify(trail, bigints)).not.toContain(secret);
  expect(trail.map(({ action }) => action).toSorted()).toEqual([
    "portal-sessions.create",
    "portal-sessions.exchange",
  ]);
});

const bigints = (_name: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);

test("of many exchanges of one code at once exactly one gets a token", async () => {
  const { open } = await provider();
  const session = await open();
  const kinds = await Promise.all(Array.from({ length: 8 }, () => kindOf(exchangeCode(session, from))));
  expect(kinds.toSorted()).toEqual(["done", ...Array.from({ length: 7 }, () => "unauthorized")]);
});

test("a code that was used, is over, was ended, is of a disabled customer or never was gets one and the same answer", async () => {
  const { owner, workspaceId, customer, open } = await provider(["destroy:portal-sessions"]);
  const [used, over, ended, disabled] = [await open(), await open(), await open(), await open()];
  await exchangeCode(used, from);
  await db().portalSession.update({
    where: { workspaceId_id: { workspaceId, id: over.id } },
    data: { codeExpiresAt: new Date(Date.now() - 1) },
  });
  await endPortalSession(owner, ended.id);
  const answers = new Set<string>();
  for (const code of [used.code, over.code, ended.code, `lpc_${"0".repeat(43)}`, "nonsense"])
    answers.add(await refusalOf(exchangeCode({ code }, from)));
  await updateCustomer(owner, { customer: customer.id, disabled: true });
  answers.add(await refusalOf(exchangeCode(disabled, from)));
  expect([...answers]).toEqual(["unauthorized This code was used, is over, or never was one."]);
});

test("a session never exceeds its opener's grant, its customer's ceiling, or its capabilities", async () => {
  const { owner, customer, open } = await provider();
  expect(await kindOf(open(["keys:rotate"]))).toBe("forbidden");
  expect(await kindOf(open(["usage:read"]))).toBe("forbidden");
  const { token } = await exchangeCode(await open(), from);
  const make = async (scopes: string[]) =>
    kindOf(createKey(await actorOf(token), CreateKey.parse({ name: `k ${Math.random()}`, scopes })));
  expect(await make(["read:invoices"])).toBe("done");
  expect(await make(["write:invoices"])).toBe("forbidden");
  expect(await make(["create:portal-sessions"])).toBe("forbidden");
  expect(await make(["read:keys"])).toBe("invalid");
  await updateCustomer(owner, { customer: customer.id, scopeCeiling: ["read:reports"] });
  expect(await make(["read:invoices"])).toBe("forbidden");
  const readOnly = await exchangeCode(await open(["keys:read"]), from);
  expect(await kindOf(createKey(await actorOf(readOnly.token), CreateKey.parse({ name: "no" })))).toBe(
    "forbidden",
  );
});

test("a session sees and makes keys of its customer only, and writes nothing that is the provider's", async () => {
  const { owner, customer, open } = await provider();
  const [own] = [await issueKey(owner, { customer: customer.id }), await issueKey(owner)];
  const actor = await actorOf((await exchangeCode(await open(), from)).token);
  expect((await listKeys(actor, ListKeys.parse({}))).items.map(({ id }) => id)).toEqual([own.key.id]);
  const other = await addCustomer(owner);
  const make = (input: object) => kindOf(createKey(actor, CreateKey.parse({ name: "mine", ...input })));
  expect(await make({ customer: other.id })).toBe("invalid");
  expect(await make({ metadata: { a: 1 } })).toBe("forbidden");
  expect(await make({ externalId: "x" })).toBe("forbidden");
  expect(await make({ rateLimits: [{ limit: 1, windowSeconds: 1 }] })).toBe("forbidden");
  const made = await createKey(actor, CreateKey.parse({ name: "mine", labels: ["ours"] }));
  expect(made.key).toMatchObject({ customer: customer.id, labels: ["ours"] });
});

test("a session is over at once when it is ended, times out, its customer is disabled or removed, or its opener is no more", async () => {
  const ends: Record<string, (of: Awaited<ReturnType<typeof provider>>, id: string) => Promise<unknown>> = {
    ended: ({ owner }, id) => endPortalSession(owner, id),
    "timed out": ({ workspaceId }, id) =>
      db().portalSession.update({
        where: { workspaceId_id: { workspaceId, id } },
        data: { expiresAt: new Date() },
      }),
    disabled: ({ owner, customer }) => updateCustomer(owner, { customer: customer.id, disabled: true }),
    removed: ({ owner, customer }) => deleteCustomer(owner, { customer: customer.id, revokesKeys: true }),
    "opener revoked": ({ owner, backendKey }) => revokeKey(owner, { keyId: backendKey.id, reason: "" }),
    "opener disabled": ({ owner, backendKey }) => updateKey(owner, { keyId: backendKey.id, disabled: true }),
  };
  for (const [how, end] of Object.entries(ends)) {
    const made = await provider();
    const session = await made.open();
    const { token } = await exchangeCode(session, from);
    expect(await kindOf(portalSessionCaller(token, null))).toBe("done");
    await end(made, session.id);
    expect({ how, kind: await kindOf(portalSessionCaller(token, null)) }).toEqual({
      how,
      kind: "unauthorized",
    });
  }
});

test("what the opener loses, the session loses; it may end itself and no other", async () => {
  const { owner, backendKey, open } = await provider(["read:usage"]);
  const session = await open(["keys:read", "usage:read"]);
  const { token } = await exchangeCode(session, from);
  expect((await actorOf(token)).scopes).toContain("read:usage");
  await updateKey(owner, { keyId: backendKey.id, scopes: ["create:portal-sessions", "read:keys"] });
  expect((await actorOf(token)).scopes).toEqual(["read:keys"]);
  const other = await open(["keys:read"]);
  expect(await kindOf(endPortalSession(await actorOf(token), other.id))).toBe("forbidden");
  const actor = await actorOf(token);
  await endPortalSession(actor, session.id);
  expect(await kindOf(portalSessionCaller(token, null))).toBe("unauthorized");
});

test("only the provider opens sessions: a customer's key, a session and a key without the scope do not", async () => {
  const { owner, workspaceId, customer, open } = await provider();
  await updateCustomer(owner, {
    customer: customer.id,
    scopeCeiling: ["create:portal-sessions", "read:keys"],
  });
  const theirs = callerOf(
    workspaceId,
    await issueKey(owner, { customer: customer.id, scopes: ["create:portal-sessions", "read:keys"] }),
  );
  const session = await actorOf((await exchangeCode(await open(), from)).token);
  const none = callerOf(workspaceId, await issueKey(owner, { scopes: ["read:keys"] }));
  const input = CreatePortalSession.parse({ customer: customer.id, capabilities: ["keys:read"] });
  for (const actor of [theirs, session, none])
    expect(await kindOf(createPortalSession(actor, input))).toBe("forbidden");
});

test("a page of an origin that is not listed exchanges nothing and spends no code", async () => {
  const { workspaceId, open } = await provider();
  const allowedOrigins = ["https://app.example.com"];
  await db().workspace.update({ where: { id: workspaceId }, data: { allowedOrigins } });
  const session = await open();
  for (const origin of ["https://evil.example", "https://app.example.com.evil.example", "null"])
    expect(await kindOf(exchangeCode(session, { address: null, origin }))).toBe("unauthorized");
  expect(await kindOf(exchangeCode(session, { address: null, origin: "https://app.example.com" }))).toBe(
    "done",
  );
});

test.each([
  ["no capability", { customer: "x", capabilities: [] }],
  ["an unknown capability", { customer: "x", capabilities: ["keys:own"] }],
  ["a life of a second", { customer: "x", capabilities: ["keys:read"], expiresInSeconds: 1 }],
  ["a life of a week", { customer: "x", capabilities: ["keys:read"], expiresInSeconds: 604_800 }],
  ["a subject with a line break", { customer: "x", capabilities: ["keys:read"], subject: "a\nb" }],
  ["no customer", { capabilities: ["keys:read"] }],
])("%s is not valid", (_what, input) => {
  expect(CreatePortalSession.safeParse(input).success).toBe(false);
});

test("a session of another workspace's customer, or of a disabled one, is not opened", async () => {
  const [mine, theirs] = [await provider(), await provider()];
  const input = CreatePortalSession.parse({ customer: theirs.customer.id, capabilities: ["keys:read"] });
  expect(await kindOf(createPortalSession(mine.backend, input))).toBe("invalid");
  await updateCustomer(mine.owner, { customer: mine.customer.id, disabled: true });
  expect(await kindOf(mine.open())).toBe("conflict");
});
