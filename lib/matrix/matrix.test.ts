import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { bus } from "@/lib/bus/bus";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { updateKey } from "@/lib/keys/update";
import { revokeKey } from "@/lib/keys/revoke";
import { changeCell } from "@/lib/matrix/change-cell";
import { followMatrix } from "@/lib/matrix/follow-matrix";
import { readCell } from "@/lib/matrix/read-cell";
import { readMatrix } from "@/lib/matrix/read-matrix";
import { ChangeCell, MatrixQuery } from "@/lib/matrix/schema";
import { createRule } from "@/lib/rules/create";
import { currentRuleset } from "@/lib/rules/current";
import { decide } from "@/lib/rules/verdict/decide";
import { deleteRule } from "@/lib/rules/delete";
import { rollBack } from "@/lib/rules/rulesets/roll-back";
import { updateRule } from "@/lib/rules/update";
import { createService } from "@/lib/services/create";
import { CreateService, defaultPaths } from "@/lib/services/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { testCall } from "@/lib/testing/rules/ruleset";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let owner: Actor;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  owner = workspace.owner;
});

const makeService = (slug: string, more: object = {}) =>
  createService(owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9", ...more }));
const makeKey = async (name: string, more: object = {}) => (await issueKey(owner, { name, ...more })).key;
const makeRule = (rule: object) => createRule(owner, rule);
const read = (query: object = {}) => readMatrix(owner, MatrixQuery.parse(query));
const change = (input: object, actor = owner) => changeCell(actor, ChangeCell.parse(input));

/** States by `credential name on service`. */
async function states(query: object = {}) {
  const { cells, credentials } = await read(query);
  const names = new Map(credentials.map(({ id, name }) => [id, name]));
  return Object.fromEntries(
    cells.map(({ credential, service, state }) => [`${names.get(credential)} on ${service}`, state]),
  );
}

describe("the matrix", () => {
  it("shows every credential on every service, by name, with what reaches each cell and from where", async () => {
    await makeService("ledger");
    await makeService("echo", { visibility: "public", defaultVerdict: "allow" });
    const [bob, ada] = [await makeKey("bob"), await makeKey("ada", { environment: "test" })];
    await makeRule({
      name: "no-test-keys",
      effect: "deny",
      when: { credential: { environment: "test" } },
    });
    await makeRule({
      name: "ledger-read",
      effect: "allow",
      when: { method: "GET" },
      attachments: [{ service: "ledger" }],
    });
    await makeRule({
      name: "bob-all",
      effect: "allow",
      attachments: [{ service: "ledger", credential: bob.id }],
    });
    const matrix = await read();
    expect(matrix.credentials.map(({ name }) => name)).toEqual(["ada", "bob"]);
    expect(matrix.services.map(({ slug }) => slug)).toEqual(["echo", "ledger"]);
    expect(matrix.totals).toEqual({ credentials: 2, services: 2 });
    expect(matrix.cells).toMatchObject([
      {
        credential: ada.id,
        service: "echo",
        state: "denied",
        rules: [{ name: "no-test-keys", via: "workspace", outcome: "always" }],
      },
      { credential: ada.id, service: "ledger", state: "denied" },
      { credential: bob.id, service: "echo", state: "allowed", rules: [] },
      {
        credential: bob.id,
        service: "ledger",
        state: "allowed",
        rules: [
          { name: "bob-all", effect: "allow", mode: "enforce", via: "cell", outcome: "always" },
          { name: "ledger-read", via: "service", outcome: "sometimes" },
        ],
      },
    ]);
    expect(
      (await read({ sparse: "true" })).cells.map(({ credential, service }) => [credential, service]),
    ).toEqual([
      [ada.id, "echo"],
      [ada.id, "ledger"],
      [bob.id, "ledger"],
    ]);
  });

  it("a key that is disabled, expired or revoked is never allowed, and one with a list of addresses or origins not always", async () => {
    await makeService("echo", { visibility: "public", defaultVerdict: "allow" });
    const [off, gone] = [await makeKey("off"), await makeKey("gone")];
    await makeKey("listed", { allowedIps: ["10.0.0.0/8"] });
    await makeKey("embedded", { allowedOrigins: ["https://app.example.com"] });
    const late = await makeKey("late");
    await updateKey(owner, { keyId: off.id, disabled: true });
    await revokeKey(owner, { keyId: gone.id, reason: "test" });
    await db().key.update({
      where: { workspaceId_id: { workspaceId: workspace.workspaceId, id: late.id } },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    expect(await states()).toEqual({
      "embedded on echo": "conditional",
      "gone on echo": "denied",
      "late on echo": "denied",
      "listed on echo": "conditional",
      "off on echo": "denied",
    });
    expect(Object.keys(await states({ status: "current" }))).toEqual([
      "embedded on echo",
      "listed on echo",
      "off on echo",
    ]);
  });

  it("counts the scopes of roles, within the customer's ceiling, as calls are judged", async () => {
    const { workspaceId } = workspace;
    await makeService("echo");
    await db().role.create({ data: { workspaceId, name: "reader", scopes: ["read:books"] } });
    const capped = newId("cus");
    await db().customer.create({
      data: { workspaceId, id: capped, externalId: "capped", name: "Capped", scopeCeiling: ["write:books"] },
    });
    for (const [name, customerId] of [
      ["mine", null],
      ["theirs", capped],
    ] as const)
      await db().key.create({
        data: {
          workspaceId,
          id: newId("key"),
          name,
          environment: "live",
          roles: ["reader"],
          customerId,
          createdBy: "system",
        },
      });
    await makeRule({
      name: "readers",
      effect: "allow",
      when: { credential: { scopes: { contains: "read:books" } } },
    });
    expect(await states()).toEqual({ "mine on echo": "allowed", "theirs on echo": "denied" });
    expect(await states({ customer: "capped" })).toEqual({ "theirs on echo": "denied" });
  });

  it("begins with calls without a credential where that is asked for", async () => {
    await makeService("echo", { visibility: "public", defaultVerdict: "allow" });
    await makeService("ledger", { defaultVerdict: "allow" });
    await makeKey("ada");
    const first = await read({ anonymous: "true", limit: 1 });
    expect(first.credentials).toMatchObject([{ id: "anonymous", kind: "anonymous" }]);
    expect(first.totals.credentials).toBe(2);
    expect(first.cells.map(({ service, state }) => [service, state])).toEqual([
      ["echo", "allowed"],
      ["ledger", "denied"],
    ]);
    expect((await read({ anonymous: "true", offset: 1 })).credentials.map(({ name }) => name)).toEqual([
      "ada",
    ]);
  });

  it("windows of rows and columns put together are the whole", async () => {
    for (const slug of ["a", "b", "c"]) await makeService(slug);
    for (const name of ["k1", "k2", "k3", "k4"]) await makeKey(name);
    await makeRule({ name: "all-b", effect: "allow", attachments: [{ service: "b" }] });
    const whole = await states();
    const parts = [];
    for (const offset of [0, 3])
      for (const serviceOffset of [0, 2])
        parts.push(await states({ offset, limit: 3, serviceOffset, serviceLimit: 2 }));
    expect(Object.assign({}, ...parts)).toEqual(whole);
    expect(Object.keys(whole)).toHaveLength(12);
    expect((await read({ offset: 9 })).credentials).toEqual([]);
  });

  it("is narrowed by text, by one row or column, by state and by rule", async () => {
    for (const slug of ["payments", "ledger"]) await makeService(slug);
    const [, ada] = [await makeKey("bob"), await makeKey("ada")];
    const rule = await makeRule({
      name: "ada-pays",
      effect: "allow",
      attachments: [{ credential: ada.id, service: "payments" }],
    });
    const rowsAndColumns = async (query: object) => {
      const { credentials, services, totals } = await read(query);
      expect(totals).toEqual({ credentials: credentials.length, services: services.length });
      return [credentials.map(({ name }) => name).join(), services.map(({ slug }) => slug).join()];
    };
    expect(await rowsAndColumns({ q: "AD" })).toEqual(["ada", "ledger,payments"]);
    expect(await rowsAndColumns({ q: "pay" })).toEqual(["ada,bob", "payments"]);
    expect(await rowsAndColumns({ q: "%" })).toEqual(["", "ledger,payments"]);
    expect(await rowsAndColumns({ credential: "bob", service: "ledger" })).toEqual(["bob", "ledger"]);
    expect(await rowsAndColumns({ state: "allowed" })).toEqual(["ada", "ledger,payments"]);
    expect(await rowsAndColumns({ state: "allowed", service: "ledger" })).toEqual(["", "ledger"]);
    expect(await rowsAndColumns({ rule: rule.id })).toEqual(["ada", "ledger,payments"]);
    expect(await rowsAndColumns({ rule: "no-such" })).toEqual(["", "ledger,payments"]);
  });

  it("shows another workspace nothing", async () => {
    await makeService("mine");
    const key = await makeKey("mine");
    const other = (await createTestWorkspace()).owner;
    expect(await readMatrix(other, MatrixQuery.parse({}))).toMatchObject({
      credentials: [],
      services: [],
      cells: [],
    });
    await expect(readCell(other, { credential: key.id, service: "mine" })).rejects.toMatchObject({
      kind: "not-found",
    });
    await expect(change({ credential: key.id, service: "mine" }, other)).rejects.toMatchObject({
      kind: "invalid",
    });
  });
});

describe("changing a cell", () => {
  async function scene() {
    await makeService("echo");
    const key = await makeKey("ada");
    const allow = await makeRule({ name: "all", effect: "allow", attachments: [] });
    const deny = await makeRule({ name: "none", effect: "deny", attachments: [] });
    const place = { credential: key.id, service: "echo" };
    const verdict = async () => {
      const ruleset = await currentRuleset(workspace.workspaceId);
      const service = ruleset.services.get("echo");
      if (service === undefined) throw new Error("no service");
      return decide(ruleset, testCall({ service, credential: { keyId: key.id } })).verdict;
    };
    return { key, allow, deny, place, verdict };
  }

  it("attaches several rules and detaches others in one version, which the next call meets, and takes it back", async () => {
    const { allow, deny, place, verdict } = await scene();
    const first = await change({ ...place, attach: [deny.id] });
    expect(first).toMatchObject({ cell: { state: "denied" }, attached: [deny.id], detached: [] });
    const second = await change({ ...place, attach: [allow.id], detach: [deny.id] });
    expect(second.version).toBe(first.version + 1);
    expect(second.cell).toMatchObject({ state: "allowed", rules: [{ name: "all", via: "cell" }] });
    expect(await verdict()).toBe("allow");
    const undone = await change(second.undo);
    expect(undone).toMatchObject({ attached: [deny.id], detached: [allow.id], cell: { state: "denied" } });
    expect(await verdict()).toBe("deny");
  });

  it("what is so already makes no version", async () => {
    const { allow, deny, place } = await scene();
    const made = await change({ ...place, attach: [allow.id] });
    const again = await change({ ...place, attach: [allow.id], detach: [deny.id] });
    expect(again).toMatchObject({ version: made.version, attached: [], detached: [] });
    expect(again.undo).toMatchObject({ attach: [], detach: [] });
  });

  it("takes a whole column or row, but never the whole workspace", async () => {
    const { allow, key } = await scene();
    await makeKey("bob");
    await change({ service: "echo", attach: [allow.id] });
    expect(await states()).toEqual({ "ada on echo": "allowed", "bob on echo": "allowed" });
    await change({ service: "echo", detach: [allow.id] });
    const row = await change({ credential: key.id, service: null, attach: [allow.id] });
    expect(row.cell).toBeNull();
    expect(await states()).toEqual({ "ada on echo": "allowed", "bob on echo": "denied" });
    expect(ChangeCell.safeParse({ attach: [allow.id] }).success).toBe(false);
  });

  it("names every rule that is not there and stores nothing", async () => {
    const { allow, place } = await scene();
    await expect(
      change({ ...place, attach: [allow.id, "rule_x"], detach: ["rule_y"] }),
    ).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "attach.1" }, { path: "detach.0" }] },
    });
    expect((await readCell(owner, place)).rules).toEqual([]);
  });

  it("is refused as stale when one of its rules changed since it was read, whoever else attached what", async () => {
    const { allow, deny, place } = await scene();
    const { version } = await change({ ...place, attach: [deny.id] });
    await expect(change({ ...place, detach: [deny.id], version: version - 1 })).rejects.toMatchObject({
      kind: "stale",
    });
    await change({ ...place, attach: [allow.id], version: version - 1 });
  });

  it("of two at once both count", async () => {
    const { allow, deny, place } = await scene();
    const [one, other] = await Promise.all([
      change({ ...place, attach: [allow.id] }),
      change({ ...place, attach: [deny.id] }),
    ]);
    expect(new Set([one.version, other.version]).size).toBe(2);
    expect((await readCell(owner, place)).rules.map(({ name }) => name).sort()).toEqual(["all", "none"]);
  });

  it("needs update:rules, and is not for a customer's key", async () => {
    const { allow, place } = await scene();
    const viewer: Actor = { ...workspace.owner, scopes: ["read:rules", "read:keys"] };
    await expect(change({ ...place, attach: [allow.id] }, viewer)).rejects.toMatchObject({
      kind: "forbidden",
    });
    const customer: Actor = { ...workspace.owner, customerId: "cus_x" };
    await expect(change({ ...place, attach: [allow.id] }, customer)).rejects.toMatchObject({
      kind: "forbidden",
    });
    await expect(readMatrix(customer, MatrixQuery.parse({}))).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("one cell", () => {
  it("says of each rule from where, by whom and since when it is attached there, through later edits and roll-backs", async () => {
    await makeService("echo");
    const key = await makeKey("ada");
    const place = { credential: key.id, service: "echo" };
    const rule = await makeRule({ name: "off", effect: "deny", mode: "off" });
    const { version } = await changeCell(workspace.system, ChangeCell.parse({ ...place, attach: [rule.id] }));
    await updateRule(owner, rule.id, { description: "Changed since" });
    const cell = await readCell(owner, place);
    expect(cell.rules).toMatchObject([
      { name: "off", via: "cell", mode: "off", attachedBy: "system", attachedIn: version },
      { name: "off", via: "workspace", attachedIn: rule.version },
    ]);
    expect(cell.rules[1]?.attachedBy).toBe(cell.rules[1]?.updatedBy);
    const detached = await change({ ...place, detach: [rule.id] });
    const back = await rollBack(owner, { version: detached.version - 1 });
    expect((await readCell(owner, place)).rules[0]).toMatchObject({ via: "cell", attachedIn: back.version });
    await deleteRule(owner, rule.id);
    expect((await readCell(owner, place)).rules).toEqual([]);
  });

  it("names the scopes that are missing, the methods that are taken and the prefix that paths need", async () => {
    await makeService("echo", {
      methods: ["GET"],
      paths: { ...defaultPaths, stripPrefix: "/v1" },
      requiredScopes: [{ route: "/a", scopes: ["read:a", "read:b"] }],
    });
    const key = await makeKey("ada");
    expect(await readCell(owner, { credential: key.id, service: "echo" })).toMatchObject({
      checks: ["methods", "paths", "required-scopes"],
      missingScopes: ["read:a", "read:b"],
      service: { methods: ["GET"], stripPrefix: "/v1" },
    });
  });
});

describe("following the matrix", () => {
  it("tells the version at once, each later one, changed keys, and the end of the right", async () => {
    await makeService("echo");
    const key = await makeKey("ada");
    const rule = await makeRule({ name: "all", effect: "allow", attachments: [] });
    let actor: Actor = owner;
    const gone = new AbortController();
    const events = followMatrix(owner, {
      authenticateAgain: () => Promise.resolve(actor),
      signal: gone.signal,
    });
    const next = async () => (await events.next()).value;
    expect(await next()).toEqual([{ kind: "ruleset", version: rule.version }]);
    const { version } = await change({ credential: key.id, service: "echo", attach: [rule.id] });
    expect(await next()).toEqual([{ kind: "ruleset", version }]);
    await updateKey(owner, { keyId: key.id, disabled: true });
    expect(await next()).toEqual([{ kind: "credentials" }]);
    await bus().publish({ kind: "messages-missed" });
    expect(await next()).toEqual([{ kind: "credentials" }]);
    expect(await next()).toEqual([{ kind: "ruleset", version }]);
    actor = { ...workspace.owner, scopes: ["read:rules"] };
    await bus().publish({ kind: "session-changed", userId: workspace.owner.userId });
    expect(await next()).toMatchObject([{ kind: "end" }]);
    expect((await events.next()).done).toBe(true);
  });
});
