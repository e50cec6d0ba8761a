import { expect, test, vi } from "vitest";
import { LatchkeyError } from "@/lib/client/sdk/failure";
import {
  createGuard,
  type Caller,
  type GuardSettings,
  type IncomingCall,
} from "@/lib/client/sdk/verify/guard";

const good: Caller = {
  valid: true,
  code: "VALID",
  keyId: "key_1",
  name: "n",
  customer: null,
  customerExternalId: null,
  environment: "live",
  scopes: [],
  roles: [],
  metadata: {},
  expiresAt: null,
  rateLimit: null,
  limits: [],
  retryAfterSeconds: null,
  decision: "evt_1",
  requestId: "req_1",
};

function guarded(answer: () => Promise<Caller>, settings: Partial<GuardSettings> = {}) {
  const verifyKey = vi.fn(answer);
  return { verifyKey, guard: createGuard({ latchkey: { verifyKey }, ...settings }) };
}

function call(headers: Record<string, string> = { authorization: "Bearer k" }): IncomingCall {
  return { header: (name) => headers[name], method: "GET", path: "/a", ip: "203.0.113.7" };
}

test("asks for exactly what was set, with the call's address and origin", async () => {
  const { guard, verifyKey } = guarded(async () => good, { scopes: ["read:x"], service: "billing", cost: 3 });
  expect(await guard(call({ "x-api-key": " k ", origin: "https://a.example" }))).toMatchObject({ ok: true });
  expect(verifyKey).toHaveBeenCalledWith(
    {
      key: "k",
      scopes: ["read:x"],
      service: "billing",
      method: "GET",
      path: "/a",
      cost: 3,
      ip: "203.0.113.7",
      origin: "https://a.example",
    },
    expect.anything(),
  );
});

test.each([
  ["Latchkey is down", new LatchkeyError({ kind: "unreachable", title: "", detail: "", status: 0 })],
  [
    "the guard's own key is refused",
    new LatchkeyError({ kind: "forbidden", title: "", detail: "", status: 403 }),
  ],
  [
    "the guard's scopes are wrong",
    new LatchkeyError({ kind: "invalid", title: "", detail: "", status: 422 }),
  ],
  ["something breaks", new TypeError("boom")],
])("while %s everybody is refused with 503, and the owner is told", async (_title, error) => {
  const told: unknown[] = [];
  const { guard } = guarded(() => Promise.reject(error), {
    onUnavailable: (reason) => told.push(reason),
    cacheMs: 60_000,
  });
  expect(await guard(call())).toMatchObject({ ok: false, status: 503, headers: { "retry-after": "1" } });
  expect(told).toEqual([error]);
});

test("a Latchkey that hangs costs the caller no more than the time that was set", async () => {
  const { guard } = guarded(() => new Promise(() => undefined), { timeoutMs: 50 });
  const hanging = guard(call());
  const first = await Promise.race([hanging, new Promise((resolve) => setTimeout(resolve, 2_000, "late"))]);
  expect(first).toMatchObject({ ok: false, status: 503 });
});

test.each([
  ["a code of a newer server", { valid: false, code: "TOO_SUNNY" }, 403],
  ["a valid code that is not valid", { valid: false, code: "VALID" }, 403],
])("%s is a refusal", async (_title, changes, status) => {
  const { guard } = guarded(async () => JSON.parse(JSON.stringify({ ...good, ...changes })));
  expect(await guard(call())).toMatchObject({ ok: false, status });
});

test("a good answer counts for the same key and call as long as was set, and not beyond the key's end", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const { guard, verifyKey } = guarded(async () => good, { cacheMs: 1_000 });
    await guard(call());
    await guard(call());
    expect(verifyKey).toHaveBeenCalledTimes(1);
    await guard(call({ authorization: "Bearer other" }));
    expect(verifyKey).toHaveBeenCalledTimes(2);
    vi.setSystemTime(Date.now() + 1_001);
    await guard(call());
    expect(verifyKey).toHaveBeenCalledTimes(3);
    const ending = guarded(async () => ({ ...good, expiresAt: new Date(Date.now() + 100).toISOString() }), {
      cacheMs: 60_000,
    });
    await ending.guard(call());
    vi.setSystemTime(Date.now() + 101);
    await ending.guard(call());
    expect(ending.verifyKey).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test("refusals are asked for anew each time, and unless it was set nothing is kept at all", async () => {
  const refused = guarded(async () => ({ ...good, valid: false, code: "DISABLED" as const }), {
    cacheMs: 60_000,
  });
  await refused.guard(call());
  await refused.guard(call());
  expect(refused.verifyKey).toHaveBeenCalledTimes(2);
  const fresh = guarded(async () => good);
  await fresh.guard(call());
  await fresh.guard(call());
  expect(fresh.verifyKey).toHaveBeenCalledTimes(2);
});
