import { beforeAll, describe, expect, inject, test } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import {
  anyCaller,
  operationBodies,
  operationQueries,
  readOperations,
  type Operation,
} from "@/lib/testing/calls/operations";
import { sendHttp, transports, type PlainCall, type Sent } from "@/lib/testing/calls/transports";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** What the walk itself would make unusable. */
const endsItsKey = new Set(["POST /whoami/revoke"]);

/** AuthZEN is described by its own standard, not by the contract. */
const beside: Operation[] = ["evaluation", "evaluations"].map((name) => ({
  name: `POST /access/v1/${name}`,
  method: "POST",
  path: `/access/v1/${name}`,
  isOpen: false,
}));
const question = {
  subject: { type: "key", id: "key_x" },
  action: { name: "GET" },
  resource: { type: "service", id: "orders" },
};

let operations: Operation[];
let keys: { full: string; none: string; other: string };

beforeAll(async () => {
  const guarded = (await readOperations(inject("apiOrigin"))).filter(({ isOpen }) => !isOpen);
  operations = [...guarded.filter(({ path }) => path !== "/forward-auth"), ...beside];
  const { owner } = await createTestWorkspace();
  const [full, none, other] = await Promise.all(
    [["platform:*", "*:*"], [], []].map(async (scopes) => (await issueKey(owner, { scopes })).secret),
  );
  if (full === undefined || none === undefined || other === undefined) throw new Error("no keys");
  keys = { full, none, other };
});

function callOf({ name, path }: Operation): PlainCall {
  if (path.startsWith("/access/")) return { path, fields: question };
  const filled = path.replace("{version}", "1").replaceAll(/\{\w+\}/g, "missing");
  const body = operationBodies[name];
  return {
    path: `/api/v1${filled}${operationQueries[name] ?? ""}`,
    fields: typeof body === "object" && body !== null ? body : undefined,
  };
}

/** Statuses by operation that are not as they should be. */
async function walk(
  these: readonly Operation[],
  { sent, isRight }: { sent: (call: PlainCall) => Sent; isRight: (status: number) => boolean },
): Promise<Record<string, string>> {
  const wrong: Record<string, string> = {};
  for (const operation of these) {
    const { method } = operation;
    const { status, text } = await sendHttp(inject("apiOrigin"), { method, ...sent(callOf(operation)) });
    if (!isRight(status)) wrong[operation.name] = `${status} ${text.slice(0, 200)}`;
  }
  return wrong;
}

/** Beyond the question of who is calling; 404 and 422 are about what is asked. */
const isPast = (status: number) => status !== 400 && status !== 401 && status !== 403 && status < 500;

const merged = (one: Sent, other: Sent): Sent => ({ ...one, headers: { ...other.headers, ...one.headers } });

const [bearer, apiKey] = [transports["Authorization: Bearer"], transports["X-API-Key"]];

describe.each(Object.entries(transports))("%s: every endpoint", (name, send) => {
  const inBody = name.endsWith("field");
  // The Fetch standard's requests, which are all that Next hands over, hold no body of a GET.
  const these = () =>
    operations.filter(
      ({ method, name: operation }) =>
        !endsItsKey.has(operation) && !(inBody && method === "GET" && inject("apiMount") === "next"),
    );
  const second = (call: PlainCall, key: string): Sent => {
    const header = name === "Authorization: Bearer" ? apiKey : bearer;
    if (header === undefined) throw new Error("no second transport");
    return header(call, key);
  };

  // A question of AuthZEN nests, and its standard knows JSON only.
  const taken = () =>
    these().filter(({ path }) => !(path.startsWith("/access/") && inBody && name !== "JSON field"));

  test("refuses an empty value and none with 401", async () => {
    expect(these().length).toBeGreaterThan(50);
    const isRight = (status: number) => status === 401;
    expect(await walk(these(), { sent: (call) => send(call, ""), isRight })).toEqual({});
  });

  test("refuses a key without its scope with 403", async () => {
    const scoped = taken().filter((operation) => !anyCaller.has(operation.name));
    const isRight = (status: number) => status === 403;
    expect(await walk(scoped, { sent: (call) => send(call, keys.none), isRight })).toEqual({});
  });

  test("takes a key that holds its scope", async () => {
    expect(await walk(taken(), { sent: (call) => send(call, keys.full), isRight: isPast })).toEqual({});
  });

  test("refuses two different keys with 400, and says neither", async () => {
    const sent = (call: PlainCall) => merged(send(call, keys.full), second(call, keys.other));
    for (const operation of these()) {
      const { method } = operation;
      const { status, text } = await sendHttp(inject("apiOrigin"), { method, ...sent(callOf(operation)) });
      expect({ operation: operation.name, status }).toEqual({ operation: operation.name, status: 400 });
      expect(text).toContain("Two different keys");
      expect([keys.full, keys.other].filter((key) => text.includes(key.slice(-20)))).toEqual([]);
    }
  });

  test("takes the same key twice, and a key beside an empty value", async () => {
    const twice = (call: PlainCall) => merged(send(call, keys.full), second(call, keys.full));
    expect(await walk(taken(), { sent: twice, isRight: isPast })).toEqual({});
    const beside = (call: PlainCall) => merged(send(call, ""), second(call, keys.full));
    expect(await walk(taken(), { sent: beside, isRight: isPast })).toEqual({});
  });
});
