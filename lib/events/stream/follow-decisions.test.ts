import { describe, expect, test, vi } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { bus } from "@/lib/bus/bus";
import { deliverLoaded, liveWorkspaces } from "@/lib/events/fan-out";
import { liveRowsOf } from "@/lib/events/loading/live-rows";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { recordDecision } from "@/lib/events/recording/record";
import { flushRecords } from "@/lib/events/recording/start";
import type { Decision, DecisionFilters } from "@/lib/events/schema";
import { followDecisions } from "@/lib/events/stream/follow-decisions";
import { queuedRowsMax, type StreamItem } from "@/lib/events/stream/row-queue";
import { decisionRecord } from "@/lib/testing/decision-record";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A reader of a live stream; what it read is in `items`. */
async function reader(
  actor: Actor,
  given: { filters?: DecisionFilters; after?: number | null; again?: () => Promise<Actor> } = {},
) {
  const gone = new AbortController();
  const stream = await followDecisions(actor, {
    filters: given.filters ?? {},
    after: given.after ?? null,
    authenticateAgain: given.again ?? (() => Promise.resolve(actor)),
    signal: gone.signal,
  });
  const items: StreamItem<Decision>[] = [];
  return {
    items,
    ids: () => decisionsOf(items).map((decision) => decision.id),
    lastSeq: () => Number(decisionsOf(items).at(-1)?.seq ?? Number.NaN),
    /** Reads until `enough` of what was read, then stops reading; what keeps it waiting is said after half a minute. */
    async until(enough: () => boolean, state: () => unknown = () => items.length) {
      while (!enough()) {
        const next = await within(30_000, stream.next(), state);
        if (next.done === true) return;
        items.push(...next.value);
      }
    },
    next: () => stream.next(),
    leave: () => gone.abort(),
  };
}

async function within<T>(ms: number, work: Promise<T>, state: () => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came: ${JSON.stringify(state())}`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function decisionsOf(items: readonly StreamItem<Decision>[]): Decision[] {
  return items.flatMap((item) => (item.kind === "row" ? [item.row] : []));
}

/** Stores records as another node would: this process hears of them by the bus only. */
async function loadElsewhere(workspaceId: string, count: number): Promise<string[]> {
  const records = Array.from({ length: count }, () => decisionRecord(workspaceId));
  await insertBatch(records);
  await bus().publish({ kind: "decisions-loaded", workspaceIds: [workspaceId] });
  return records.map((record) => record.id);
}

describe("a live stream", () => {
  test("gives what is recorded from now on, here and on other nodes, as the list shows it", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    await loadElsewhere(workspaceId, 3);
    const client = await reader(owner);
    await client.until(() => client.items.length === 1);
    const record = decisionRecord(workspaceId, {
      credential: { id: "key_a", secretId: "s", name: "a", prefix: "lk_live", customerId: null },
    });
    recordDecision(record);
    await flushRecords();
    const others = await loadElsewhere(workspaceId, 2);
    await client.until(() => client.ids().length === 3);
    expect(client.ids()).toEqual([record.id, ...others]);
    const { readDecision } = await import("@/lib/events/decisions/read-decision");
    expect(decisionsOf(client.items)[0]).toEqual(await readDecision(owner, record.id));
    client.leave();
  });

  test("resumes behind any decision without a gap or a double while loading goes on here and elsewhere", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const sent = new Set<string>();
    let loading = true;
    const produce = async () => {
      for (let round = 0; round < 25; round += 1) {
        (await loadElsewhere(workspaceId, 20)).forEach((id) => sent.add(id));
        for (let index = 0; index < 20; index += 1) {
          const record = decisionRecord(workspaceId);
          sent.add(record.id);
          recordDecision(record);
        }
        await flushRecords();
      }
      loading = false;
    };
    const producing = produce();
    const seen: string[] = [];
    let after = 0;
    for (let connection = 0; loading || seen.length < sent.size; connection += 1) {
      const client = await reader(owner, { after });
      const wanted = 1 + ((connection * 37) % 90);
      // What was sent arrives; waiting for more of it would wait for what may never be sent.
      const isEnough = () => client.ids().length >= Math.min(wanted, sent.size - seen.length);
      const state = () => ({
        loading,
        connection,
        wanted,
        sent: sent.size,
        seen: seen.length,
        after,
        now: client.ids().length,
      });
      await client.until(() => isEnough() && (client.ids().length > 0 || !loading), state);
      seen.push(...client.ids());
      if (client.ids().length > 0) after = client.lastSeq();
      client.leave();
      await client.until(() => false);
    }
    await producing;
    expect(seen).toHaveLength(sent.size);
    expect(new Set(seen)).toEqual(sent);
    await vi.waitFor(() => expect(liveWorkspaces()).not.toContain(workspaceId));
  });

  test("filters what it catches up with and what is live alike, and a customer's key sees its customer's only", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const of = (customerId: string | null) => ({
      id: "key_a",
      secretId: "s",
      name: "a",
      prefix: "lk_live",
      customerId,
    });
    const batch = () => [
      decisionRecord(workspaceId, { credential: of("cus_a"), verdict: "deny" }),
      decisionRecord(workspaceId, { credential: of("cus_a") }),
      decisionRecord(workspaceId, { credential: of("cus_b"), verdict: "deny" }),
    ];
    const [before, later] = [batch(), batch()];
    await insertBatch(before);
    const bound = keyActor(workspaceId, { customerId: "cus_a", scopes: ["read:decisions"] });
    const denied = await reader(owner, { filters: { verdict: "deny" }, after: 0 });
    const customer = await reader(bound, { after: 0 });
    await denied.until(() => denied.ids().length === 2);
    await customer.until(() => customer.ids().length === 2);
    // They wait for what comes before it does, or they would catch up with that as well.
    const readOn = [denied, customer].map((client) => client.until(() => client.ids().length >= 4));
    later.forEach((record) => recordDecision(record));
    await flushRecords();
    await Promise.all(readOn);
    expect(denied.ids()).toEqual([before[0], before[2], later[0], later[2]].map((record) => record?.id));
    expect(customer.ids()).toEqual([before[0], before[1], later[0], later[1]].map((record) => record?.id));
    denied.leave();
    customer.leave();
  });

  test("holds a bounded number of rows for a client that does not read, and tells it how many it missed", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const idle = await reader(owner);
    const busy = await reader(owner);
    await idle.until(() => idle.items.length === 1);
    // The second step starts the live part; its answer stays unread.
    const pending = idle.next();
    await busy.until(() => busy.items.length === 1);
    const total = queuedRowsMax + 700;
    const records = Array.from({ length: total }, () => decisionRecord(workspaceId));
    const reading = busy.until(() => busy.ids().length === total);
    for (let from = 0; from < total; from += 500) {
      const part = records.slice(from, from + 500);
      deliverLoaded(liveRowsOf(await insertBatch(part, { live: liveWorkspaces() })));
      await vi.waitFor(() => expect(busy.ids().length).toBeGreaterThanOrEqual(Math.min(from + 500, total)));
    }
    await reading;
    expect(busy.ids()).toEqual(records.map((record) => record.id));
    const first = await pending;
    const got = [...(first.value ?? [])];
    while (!got.some((item) => item.kind === "dropped")) got.push(...((await idle.next()).value ?? []));
    const dropped = got.flatMap((item) => (item.kind === "dropped" ? [item.count] : []));
    expect(decisionsOf(got).length + dropped.reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(dropped.length).toBe(1);
    idle.leave();
    busy.leave();
  });

  test("ends when its key loses the right, on the word of the bus", async () => {
    const { workspaceId } = await createTestWorkspace();
    const key = keyActor(workspaceId, { keyId: "key_live", scopes: ["read:decisions"] });
    let now: () => Promise<Actor> = () => Promise.resolve(key);
    const client = await reader(key, { again: () => now() });
    await client.until(() => client.items.length === 1);
    await bus().publish({
      kind: "key-changed",
      workspaceId,
      keyId: "key_live",
      secretIds: [],
      generation: 2,
    });
    await loadElsewhere(workspaceId, 1);
    await client.until(() => client.ids().length === 1);
    now = () => Promise.reject(new Problem("unauthorized", "This key is not good here."));
    const ending = client.until(() => false);
    await bus().publish({
      kind: "key-changed",
      workspaceId,
      keyId: "key_live",
      secretIds: [],
      generation: 3,
    });
    await ending;
    expect(client.items.at(-1)).toMatchObject({ kind: "end" });
    expect(liveWorkspaces()).not.toContain(workspaceId);
  });

  test("ends when a role of its key loses the right, on the word of the bus", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const gone = () => Promise.reject(new Problem("forbidden", "This needs the scope read:decisions."));
    const key = keyActor(workspaceId, { keyId: "key_live", scopes: owner.scopes });
    const client = await reader(key, { again: gone });
    const ending = client.until(() => false);
    await vi.waitUntil(() => client.items.length === 1);
    await bus().publish({ kind: "role-changed", workspaceId, role: "watcher" });
    await ending;
    expect(client.items.at(-1)).toMatchObject({ kind: "end" });
  });

  test("needs the scope", async () => {
    const { workspaceId } = await createTestWorkspace();
    const key = keyActor(workspaceId, {});
    await expect(reader(key)).rejects.toMatchObject({ kind: "forbidden" });
  });
});
