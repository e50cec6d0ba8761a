import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { EventPage, RoleCheckData } from "@/lib/events/schema";
import { isInCatalogue, platformScopes, type PlatformScope } from "@/lib/scopes/catalogue";
import { alsoNeeded, guardedWorld, type GuardedWorld } from "@/lib/testing/calls/guarded-world";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { anyCaller, readOperations, type Operation } from "@/lib/testing/calls/operations";

/** Scopes that guard calls of the gateway and no operation of the contract. */
const guardingCalls: readonly PlatformScope[] = ["invoke:services"];

const catalogue = Object.keys(platformScopes).filter(isInCatalogue);

let world: GuardedWorld;
let guarded: Operation[];
/** The scope that each operation names when it refuses a key without any. */
const scopeOf = new Map<string, string>();

beforeAll(async () => {
  const operations = await readOperations(inject("apiOrigin"));
  guarded = operations.filter(({ isOpen, name }) => !isOpen && !anyCaller.has(name));
  world = await guardedWorld();
  const none = (await issueKey(world.system)).secret;
  for (const operation of guarded) {
    const { status, body } = await world.call(operation, none);
    if (status === 403 && typeof body.requiredScope === "string")
      scopeOf.set(operation.name, body.requiredScope);
  }
});

describe("the catalogue and the routes agree", () => {
  test("every operation that needs a caller names a scope of the catalogue, or is open to any caller", () => {
    expect(guarded.map(({ name }) => name).filter((name) => !isInCatalogue(scopeOf.get(name) ?? ""))).toEqual(
      [],
    );
  });

  test("every scope guards an operation, except those listed as guarding calls", () => {
    const guarding = new Set(scopeOf.values());
    expect(catalogue.filter((scope) => !guarding.has(scope))).toEqual(
      catalogue.filter((scope) => guardingCalls.includes(scope)),
    );
  });
});

describe.each(catalogue.filter((scope) => !guardingCalls.includes(scope)))("%s", (scope) => {
  const operations = () => guarded.filter(({ name }) => scopeOf.get(name) === scope);

  test("a key with every other scope and every wildcard gets 403, which names it", async () => {
    const others = [...catalogue.filter((other) => other !== scope), "*:*"];
    const { secret } = await issueKey(world.system, { scopes: others });
    for (const operation of operations()) {
      const { status, body } = await world.call(operation, secret);
      expect({ name: operation.name, status, requiredScope: body.requiredScope }).toEqual({
        name: operation.name,
        status: 403,
        requiredScope: scope,
      });
    }
  });

  test("a key with nothing else succeeds", async () => {
    const { secret } = await issueKey(world.system, { scopes: [scope] });
    for (const operation of operations()) {
      const also = alsoNeeded[operation.name] ?? [];
      const held =
        also.length === 0 ? secret : (await issueKey(world.system, { scopes: [scope, ...also] })).secret;
      const { status, body } = await world.call(operation, held);
      const refused = status >= 300 ? body : null;
      expect({ name: operation.name, refused }).toEqual({ name: operation.name, refused: null });
    }
  });
});

describe("a customer's key", () => {
  test("with a workspace's wildcards reaches nothing of the platform, even with platform names written into its row", async () => {
    const { secret } = await world.customerKey(["read:*", "*:*", "read:events", "read:keys", "platform:*"]);
    for (const operation of guarded.filter(({ method }) => method === "GET")) {
      const { status } = await world.call(operation, secret);
      expect({ name: operation.name, status }).toEqual({ name: operation.name, status: 403 });
    }
    expect((await apiClient(secret)("GET", "/whoami")).body).toMatchObject({ grant: ["*:*", "read:*"] });
  });
});

describe("the record of checks", () => {
  test("holds one check for each call and each scope that the call asks for, whatever the operation", async () => {
    const { key, secret } = await issueKey(world.system, { scopes: ["platform:*", "*:*"] });
    for (const operation of guarded) await world.call(operation, secret);
    const asked = guarded.map(({ name, method, path }) => `${method} /api/v1${path} ${scopeOf.get(name)}`);
    const { secret: reader } = await issueKey(world.system, { scopes: ["read:events"] });
    const times = await vi.waitFor(async () => {
      const told = await checksOf(key.id, reader);
      expect([...told.keys()]).toEqual(expect.arrayContaining(asked));
      return told;
    }, 20_000);
    expect([...times].filter(([, count]) => count !== 1)).toEqual([]);
  });
});

/** `METHOD /path scope` of a key's granted checks → how often it was recorded. */
async function checksOf(keyId: string, reader: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (let cursor: string | null = ""; cursor !== null;) {
    const query: string = `type=role-check.granted&credential=${keyId}&limit=100${cursor && `&cursor=${cursor}`}`;
    const page = EventPage.parse((await apiClient(reader)("GET", `/events?${query}`)).body);
    for (const { data } of page.items) {
      const { endpoint, scope, count } = RoleCheckData.parse(data);
      const check = `${endpoint} ${scope}`;
      times.set(check, (times.get(check) ?? 0) + count);
    }
    cursor = page.nextCursor;
  }
  return times;
}
