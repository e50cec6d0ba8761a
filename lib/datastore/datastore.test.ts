import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { deleteCustomer } from "@/lib/customers/delete";
import { deleteValue } from "@/lib/datastore/delete";
import { getValue } from "@/lib/datastore/get";
import { incrementValue } from "@/lib/datastore/increment";
import { listValues } from "@/lib/datastore/list";
import { recentValues } from "@/lib/datastore/recent";
import { ListValues } from "@/lib/datastore/schema";
import { setValue, type SetValue } from "@/lib/datastore/set";
import { deleteExpiredValues } from "@/lib/datastore/stored/expire";
import { db } from "@/lib/db/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { addCustomer } from "@/lib/testing/customer";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { outcomes } from "@/lib/testing/outcomes";
import { createTestWorkspace } from "@/lib/testing/workspace";

const bytes = (text: string) => new TextEncoder().encode(text);

const put = (actor: Actor, key: string, given: Partial<SetValue> & { text?: string } = {}) => {
  const { text = "{}", ...rest } = given;
  return setValue(actor, { key, value: bytes(text), contentType: "application/json", ...rest });
};

const list = (actor: Actor, query: Partial<ListValues> = {}) =>
  listValues(actor, { ...ListValues.parse({}), ...query });

/** What the rows come to, against what the totals say. */
async function expectExactTotals(workspaceId: string): Promise<void> {
  const rows = await db().datastoreEntry.groupBy({
    by: ["customerId"],
    where: { workspaceId },
    _count: true,
    _sum: { size: true },
  });
  for (const { customerId, entries, bytes: total } of await db().datastore.findMany({
    where: { workspaceId },
  })) {
    const held = rows.find((row) => row.customerId === customerId);
    expect({ customerId, entries, bytes: Number(total) }).toEqual({
      customerId,
      entries: held?._count ?? 0,
      bytes: held?._sum.size ?? 0,
    });
  }
}

describe("writers at once", () => {
  test("fifty increments of one number give every sum once, and end at the exact one", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const made = await Promise.all(
      Array.from({ length: 50 }, () => incrementValue(system, { key: "visits", by: 3 })),
    );
    expect(made.map(({ value }) => value).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => (index + 1) * 3),
    );
    expect(new Set(made.map(({ etag }) => etag)).size).toBe(50);
    const events = await db().event.findMany({ where: { workspaceId, type: "datastore.increment" } });
    expect(events).toHaveLength(50);
    await expectExactTotals(workspaceId);
  });

  test("of fifty that would replace the same reading one succeeds, the others are told what is there now", async () => {
    const { system } = await createTestWorkspace();
    const { entry } = await put(system, "shared");
    const calls = Array.from({ length: 50 }, (_, index) =>
      put(system, "shared", { text: String(index), ifMatch: entry.etag }),
    );
    expect(await outcomes(calls)).toEqual({ ok: 1, "precondition-failed": 49 });
    const refused = await put(system, "shared", { ifMatch: entry.etag }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      extra: { members: { etag: (await getValue(system, { key: "shared" }))?.entry.etag } },
    });
  });

  test("of fifty that create only where there is none one succeeds", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const calls = Array.from({ length: 50 }, () => put(system, "leader", { ifNoneMatch: "*" }));
    expect(await outcomes(calls)).toEqual({ ok: 1, "precondition-failed": 49 });
    await expectExactTotals(workspaceId);
  });

  test("fifty writes of one key leave one value, fifty versions and exact totals", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const written = await Promise.all(
      Array.from({ length: 50 }, (_, index) => put(system, "busy", { text: `"${"x".repeat(index)}"` })),
    );
    expect(new Set(written.map(({ entry }) => entry.version)).size).toBe(50);
    expect(written.filter(({ isNew }) => isNew)).toHaveLength(1);
    const last = written.reduce((one, other) => (one.entry.version > other.entry.version ? one : other));
    expect((await getValue(system, { key: "busy" }))?.entry).toEqual(last.entry);
    await expectExactTotals(workspaceId);
  });

  test("a value deleted by many at once is deleted once", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    await put(system, "gone");
    const answers = await Promise.all(Array.from({ length: 20 }, () => deleteValue(system, { key: "gone" })));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await db().event.count({ where: { workspaceId, type: "datastore.delete" } })).toBe(1);
    await expectExactTotals(workspaceId);
  });
});

describe("limits", () => {
  test("fifty new keys at once into a store of ten values: ten are stored, none more", async () => {
    onTestFinished(changeEnvironment({ DATASTORE_ENTRIES: 10 }));
    const { system, workspaceId } = await createTestWorkspace();
    const calls = Array.from({ length: 50 }, (_, index) => put(system, `key-${index}`));
    expect(await outcomes(calls)).toEqual({ ok: 10, conflict: 40 });
    expect((await list(system)).store).toMatchObject({ entries: 10, entriesMax: 10 });
    await expectExactTotals(workspaceId);
    expect((await put(system, (await list(system)).items[0]?.key ?? "")).isNew).toBe(false);
  });

  test("bytes are never oversold by writers at once, and making a value smaller makes room", async () => {
    onTestFinished(changeEnvironment({ DATASTORE_MEGABYTES: 1 }));
    const { system, workspaceId } = await createTestWorkspace();
    const text = JSON.stringify("x".repeat(200_000));
    const calls = Array.from({ length: 20 }, (_, index) => put(system, `key-${index}`, { text }));
    expect(await outcomes(calls)).toEqual({ ok: 5, conflict: 15 });
    const [first] = (await list(system)).items;
    await put(system, first?.key ?? "", { text: "1" });
    await put(system, "another", { text });
    expect((await list(system)).store.bytes).toBeLessThanOrEqual(1_048_576);
    await expectExactTotals(workspaceId);
  });

  test("a full store takes a value again as soon as another one's time is over", async () => {
    onTestFinished(changeEnvironment({ DATASTORE_ENTRIES: 1 }));
    const { system, workspaceId } = await createTestWorkspace();
    await put(system, "first", { expiresInSeconds: 1 });
    await expect(put(system, "second")).rejects.toMatchObject({ kind: "conflict" });
    const gone = async () => expect(await getValue(system, { key: "first" })).toBeNull();
    await vi.waitFor(gone, { timeout: 5_000, interval: 10 });
    await put(system, "second");
    expect((await list(system)).items.map(({ key }) => key)).toEqual(["second"]);
    await expectExactTotals(workspaceId);
  });
});

describe("a write stands or falls as a whole", () => {
  test("when its event cannot be written nothing of it is there, and the next write goes on from before", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const { entry } = await put(system, "kept", { text: "1" });
    const { position } = await db().event.findFirstOrThrow({ where: { workspaceId } });
    await db().event.create({
      data: { workspaceId, id: "evt_ahead", type: "datastore.set", position: (position ?? 0n) + 1n },
    });
    await expect(put(system, "kept", { text: "2" })).rejects.toThrow();
    await expect(put(system, "lost")).rejects.toThrow();
    await expect(deleteValue(system, { key: "kept" })).rejects.toThrow();
    expect((await getValue(system, { key: "kept" }))?.entry).toEqual(entry);
    expect((await list(system)).store).toMatchObject({ entries: 1, bytes: 1, version: entry.version });
    await db().event.deleteMany({ where: { workspaceId, id: "evt_ahead" } });
    expect((await put(system, "kept", { text: "3" })).entry.version).toBe(entry.version + 1);
    await expectExactTotals(workspaceId);
  });

  test("its event says key, size and version, and never the value", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const { entry } = await put(system, "a/b", { text: '"do not tell"' });
    await incrementValue(system, { key: "n", by: 2 });
    await deleteValue(system, { key: "a/b" });
    const events = await db().event.findMany({ where: { workspaceId }, orderBy: { position: "asc" } });
    expect(events).toMatchObject([
      { type: "datastore.set", subject: "a/b", data: { key: "a/b", size: 13, version: entry.version } },
      { type: "datastore.increment", subject: "n", data: { key: "n", size: 1, version: 2 } },
      { type: "datastore.delete", subject: "a/b", data: { key: "a/b", size: 13, version: 3 } },
    ]);
    expect(JSON.stringify(events.map(({ data }) => data))).not.toContain("do not tell");
  });
});

describe("a number", () => {
  test("that is not there counts as 0, may fall below it, and keeps its time to expire", async () => {
    const { system } = await createTestWorkspace();
    expect(await incrementValue(system, { key: "n", by: -4 })).toMatchObject({ value: -4 });
    const { entry } = await put(system, "dated", { text: "41", expiresInSeconds: 600 });
    const added = await incrementValue(system, { key: "dated", by: 1 });
    expect(added).toMatchObject({ value: 42, expiresAt: entry.expiresAt, createdAt: entry.createdAt });
  });

  test.each(['"7"', "1.5", "null", "[1]", "9007199254740993", `1${" ".repeat(40)}`])(
    "that is %s is none: nothing is added and nothing changes",
    async (text) => {
      const { system } = await createTestWorkspace();
      const { entry } = await put(system, "n", { text });
      await expect(incrementValue(system, { key: "n", by: 1 })).rejects.toMatchObject({ kind: "conflict" });
      expect((await getValue(system, { key: "n" }))?.entry).toEqual(entry);
    },
  );

  test("never leaves the whole numbers that JSON holds exactly", async () => {
    const { system } = await createTestWorkspace();
    await incrementValue(system, { key: "n", by: Number.MAX_SAFE_INTEGER });
    await expect(incrementValue(system, { key: "n", by: 1 })).rejects.toMatchObject({ kind: "conflict" });
  });
});

describe("a value whose time is over", () => {
  test("exists for no reader and no writer from that moment on, and its key begins anew", async () => {
    const { system } = await createTestWorkspace();
    const { entry } = await put(system, "short", { text: "5", expiresInSeconds: 1 });
    await put(system, "long", { expiresInSeconds: 3_600 });
    expect(entry.expiresAt).toBe(new Date(Date.parse(entry.updatedAt) + 1_000).toISOString());
    await vi.waitUntil(async () => (await getValue(system, { key: "short" })) === null, 5_000);
    expect((await list(system)).items.map(({ key }) => key)).toEqual(["long"]);
    expect(await list(system)).toMatchObject({ total: 1, store: { entries: 1, bytes: 2 } });
    expect((await recentValues(system, { limit: 5 })).items.map(({ key }) => key)).toEqual(["long"]);
    expect(await deleteValue(system, { key: "short" })).toBe(false);
    await expect(put(system, "short", { ifMatch: "*" })).rejects.toMatchObject({
      kind: "precondition-failed",
    });
    const again = await incrementValue(system, { key: "short", by: 1 });
    expect(again).toMatchObject({ value: 1, expiresAt: null });
    expect(Date.parse(again.createdAt)).toBeGreaterThan(Date.parse(entry.createdAt));
  });

  test("is deleted in chunks, by two nodes at once too, and the totals stay exact while others write", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const customer = await addCustomer(system);
    await put(system, "stays");
    await put(system, "theirs", { customer: customer.id });
    await db().$executeRaw`
      insert into datastore_entry (workspace_id, customer_id, key, value, content_type, size, version, expires_at)
      select ${workspaceId}, '', 'over-' || n, 'abc', 'text/plain', 3, 0, now() - interval '1 second'
        from generate_series(1, 1200) as n`;
    await db().$executeRaw`
      update datastore set entries = entries + 1200, bytes = bytes + 3600
       where workspace_id = ${workspaceId} and customer_id = ''`;
    await Promise.all([
      deleteExpiredValues(),
      deleteExpiredValues(),
      ...Array.from({ length: 10 }, (_, index) => put(system, `new-${index}`)),
    ]);
    await deleteExpiredValues();
    expect(await db().datastoreEntry.count({ where: { workspaceId } })).toBe(12);
    await expectExactTotals(workspaceId);
  });
});

describe("a list", () => {
  test("goes by the bytes of its keys, so that prefixes and pages are exact with any characters", async () => {
    const { system } = await createTestWorkspace();
    const keys = [
      "a",
      "B",
      "a/1",
      "a/2",
      "a-3",
      "ä",
      "a/ä",
      "a/\u{1f511}",
      "a/\uffee",
      "A/1",
      "a%2F1",
      "a_1",
      "a/",
      "a\t",
      "ß",
    ];
    for (const key of keys) await put(system, key);
    const inOrder = keys.toSorted((one, other) => Buffer.from(one).compare(Buffer.from(other)));
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(system, { limit: 4, cursor });
      expect(page.total).toBe(keys.length);
      walked.push(...page.items.map(({ key }) => key));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(walked).toEqual(inOrder);
    for (const prefix of ["a", "a/", "A", "a%", "ä", "a/\u{1f511}", "zz"]) {
      const found = (await list(system, { prefix, limit: 100 })).items.map(({ key }) => key);
      expect({ prefix, found }).toEqual({ prefix, found: inOrder.filter((key) => key.startsWith(prefix)) });
    }
  });

  test("goes on behind its cursor though that key is deleted and others come before it", async () => {
    const { system } = await createTestWorkspace();
    for (const key of ["b", "d", "f"]) await put(system, key);
    const first = await list(system, { limit: 2 });
    await deleteValue(system, { key: "d" });
    for (const key of ["a", "e"]) await put(system, key);
    const second = await list(system, { limit: 2, cursor: first.nextCursor ?? undefined });
    expect(second.items.map(({ key }) => key)).toEqual(["e", "f"]);
  });

  test("of recent values begins with the newest write, increments and replacements included", async () => {
    const { system } = await createTestWorkspace();
    for (const key of ["one", "two", "three"]) await put(system, key);
    await incrementValue(system, { key: "count", by: 1 });
    await put(system, "one");
    const { items } = await recentValues(system, { limit: 3 });
    expect(items.map(({ key }) => key)).toEqual(["one", "count", "three"]);
  });
});

describe("stores are apart", () => {
  test("the same key is another value for each customer and for the workspace; a provider names whose it means", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const [one, other] = [await addCustomer(system), await addCustomer(system)];
    const scopes = ["get:datastore", "set:datastore", "del:datastore", "recent:datastore"];
    const key = await issueKey(system, { customer: one.id, scopes: [] });
    const theirs = { ...callerOf(workspaceId, key), scopes };
    await put(system, "k", { text: "0" });
    await put(theirs, "k", { text: "1" });
    await put(system, "k", { text: "2", customer: other.externalId });
    const textAt = async (actor: Actor, customer?: string) =>
      new TextDecoder().decode((await getValue(actor, { key: "k", customer }))?.value);
    expect(await textAt(system)).toBe("0");
    expect(await textAt(system, one.id)).toBe("1");
    expect(await textAt(theirs)).toBe("1");
    expect(await textAt(theirs, one.externalId)).toBe("1");
    expect(await textAt(system, other.id)).toBe("2");
    for (const call of [
      () => getValue(theirs, { key: "k", customer: other.id }),
      () => put(theirs, "k", { customer: other.id }),
      () => deleteValue(theirs, { key: "k", customer: other.externalId }),
      () => incrementValue(theirs, { key: "k", by: 1, customer: other.id }),
      () => list(theirs, { customer: other.id }),
      () => recentValues(theirs, { limit: 1, customer: other.id }),
    ])
      await expect(call()).rejects.toMatchObject({ kind: "not-found" });
    const stranger = (await createTestWorkspace()).system;
    expect(await getValue(stranger, { key: "k" })).toBeNull();
    await expect(getValue(stranger, { key: "k", customer: one.id })).rejects.toMatchObject({
      kind: "not-found",
    });
    const events = await db().event.findMany({ where: { workspaceId, customerId: one.id } });
    expect(events).toHaveLength(1);
  });

  test("a customer's store goes with the customer, also while it is written to", async () => {
    const { system, workspaceId } = await createTestWorkspace();
    const customer = await addCustomer(system);
    await put(system, "before", { customer: customer.id });
    await put(system, "ours");
    const writes = Array.from({ length: 20 }, (_, index) =>
      put(system, `during-${index}`, { customer: customer.id }),
    );
    const [ended] = await Promise.all([
      outcomes(writes),
      deleteCustomer(system, { customer: customer.id, revokesKeys: false }),
    ]);
    expect(Object.keys(ended).filter((word) => word !== "ok" && word !== "not-found")).toEqual([]);
    expect(await db().datastoreEntry.count({ where: { workspaceId, customerId: customer.id } })).toBe(0);
    expect(await db().datastore.count({ where: { workspaceId, customerId: customer.id } })).toBe(0);
    expect((await list(system)).total).toBe(1);
  });
});
