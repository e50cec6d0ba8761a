import { afterEach, beforeEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import { deleteExpired } from "@/lib/events/retention";
import { backOffMs, deliverSink } from "@/lib/sinks/delivery/deliver";
import { createSink } from "@/lib/sinks/create";
import { readSink } from "@/lib/sinks/read";
import { CreateSink } from "@/lib/sinks/schema";
import { updateSink } from "@/lib/sinks/update";
import { decisionRecord } from "@/lib/testing/decision-record";
import {
  startEventReceiver,
  type EventReceiver,
  type ReceiverMood,
} from "@/lib/testing/servers/event-receiver";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const minuteMs = 60_000;
let receiver: EventReceiver;
let workspace: TestWorkspace;
let sinkId: string;

beforeEach(async () => {
  receiver = await startEventReceiver();
  workspace = await createTestWorkspace();
  const { workspaceId } = workspace;
  for (const name of ["a", "b"])
    await db().customer.create({ data: { workspaceId, id: `cus_${name}`, externalId: `ext-${name}`, name } });
  const sink = await createSink(
    workspace.owner,
    CreateSink.parse({
      name: "billing",
      url: receiver.url,
      token: "om_token",
      from: new Date(Date.now() - 60 * minuteMs).toISOString(),
    }),
  );
  sinkId = sink.id;
});

afterEach(() => receiver.close());

function call(customer: string | null, minutesAgo: number, given: Partial<DecisionRecord> = {}) {
  const credential = {
    id: `key_${customer ?? "own"}`,
    secretId: "s",
    name: "k",
    prefix: "lk_live",
    customerId: customer === null ? null : `cus_${customer}`,
  };
  return decisionRecord(workspace.workspaceId, {
    credential,
    atMs: Date.now() - minutesAgo * minuteMs,
    ...given,
  });
}

/** One try, whatever the back-off says. */
async function deliver(patience: Parameters<typeof deliverSink>[1] = { timeoutMs: 300 }) {
  await sql().query("update sink set next_attempt_at = null where id = $1", [sinkId]);
  await deliverSink({ workspaceId: workspace.workspaceId, id: sinkId }, patience);
}

function sums(): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { subject, data } of receiver.events.values())
    all[subject] = (all[subject] ?? 0) + data.calls + data.denied + data.limited;
  return all;
}

test("calls of customers arrive once as CloudEvents in batches, under the customer's external id, with the token", async () => {
  await insertBatch([
    call("a", 10),
    call("a", 10, { status: 502, cost: 5 }),
    call("a", 10, { verdict: "deny", status: 403 }),
    call("b", 9, { verdict: "limited", status: 429 }),
    call(null, 9),
  ]);
  await deliver();
  await deliver();
  expect(receiver.batches).toEqual([
    { token: "Bearer om_token", contentType: "application/cloudevents-batch+json; charset=UTF-8", events: 2 },
  ]);
  const [first, second] = [...receiver.events.values()];
  const minute = new Date(Math.floor((Date.now() - 10 * minuteMs) / minuteMs) * minuteMs);
  expect(first).toMatchObject({
    subject: "ext-a",
    type: "latchkey.usage",
    source: `latchkey:${workspace.workspaceId}`,
    data: { holder: "cus_a", calls: 2, errors: 1, denied: 1, limited: 0, cost: 6, requestBytes: 30 },
  });
  expect(Math.abs(Date.parse(first?.time ?? "") - minute.getTime())).toBeLessThanOrEqual(minuteMs);
  expect(second).toMatchObject({ subject: "ext-b", data: { calls: 0, limited: 1 } });
  const { delivery } = await readSink(workspace.owner, sinkId);
  expect(delivery).toMatchObject({ pending: 0, delivered: 2, failures: 0, lastError: null });
  expect(delivery.lagSeconds).toBeLessThanOrEqual(180);
});

test("a minute is sent when it is over, and what comes late to it is sent as the difference, under an id of its own", async () => {
  await insertBatch([call("a", 10), call("a", 0)]);
  await deliver();
  expect(sums()).toEqual({ "ext-a": 1 });
  await insertBatch([call("a", 10), call("a", 10), call("b", 11)]);
  await deliver();
  await deliver();
  expect(sums()).toEqual({ "ext-a": 3, "ext-b": 1 });
  expect(new Set([...receiver.events.values()].map((event) => event.id)).size).toBe(3);
  expect(receiver.repeats).toBe(0);
});

test("a receiver that fails is tried again later, the reason is shown, the token is not, and Retry-After counts", async () => {
  await insertBatch([call("a", 10)]);
  receiver.mood = "fails";
  receiver.refusal = { status: 429, headers: { "retry-after": "120" }, body: "slow down, om_token" };
  await deliver();
  const { delivery } = await readSink(workspace.owner, sinkId);
  expect(delivery).toMatchObject({ pending: 1, failures: 1 });
  expect(delivery.lastError).toBe("The receiver answered 429: slow down, …");
  expect(delivery.lagSeconds).toBeGreaterThanOrEqual(9 * 60);
  expect(Date.parse(delivery.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(100_000);
  receiver.mood = "takes";
  await deliverSink({ workspaceId: workspace.workspaceId, id: sinkId });
  expect(receiver.events.size).toBe(0);
  await updateSink(workspace.owner, sinkId, { name: "billing again" });
  await deliverSink({ workspaceId: workspace.workspaceId, id: sinkId });
  expect(sums()).toEqual({ "ext-a": 1 });
  expect((await readSink(workspace.owner, sinkId)).delivery).toMatchObject({ failures: 0, lastError: null });
});

test("whatever the receiver does and whenever we are stopped, its sums equal the calls that were made", async () => {
  const moods: ReceiverMood[] = ["takes", "fails", "hangs", "breaks", "takes-and-breaks", "takes-and-breaks"];
  const made: Record<string, number> = {};
  for (let round = 0; round < 30; round += 1) {
    const customers = round % 3 === 0 ? ["a", "a", "b"] : ["b"];
    await insertBatch(
      customers.map((customer, index) =>
        call(customer, 3 + ((round * 7 + index * 5) % 40), { count: round + 1 }),
      ),
    );
    for (const customer of customers) made[`ext-${customer}`] = (made[`ext-${customer}`] ?? 0) + round + 1;
    receiver.mood = moods[round % moods.length] ?? "takes";
    const stop = new AbortController();
    const started = deliver({ timeoutMs: 150, signal: stop.signal });
    if (round % 4 === 1) stop.abort();
    if (round % 7 === 2) await receiver.restart();
    await started;
  }
  receiver.mood = "takes";
  await deliver();
  expect(sums()).toEqual(made);
  expect(receiver.repeats).toBeGreaterThan(0);
  expect((await readSink(workspace.owner, sinkId)).delivery).toMatchObject({ pending: 0, failures: 0 });
});

test("two nodes serving the same sink at once send nothing beside each other", async () => {
  await insertBatch(Array.from({ length: 50 }, (_, index) => call("a", 3 + index)));
  const target = { workspaceId: workspace.workspaceId, id: sinkId };
  await Promise.all([deliverSink(target), deliverSink(target), deliverSink(target)]);
  await deliver();
  expect(sums()).toEqual({ "ext-a": 50 });
  expect(receiver.repeats).toBe(0);
});

test("a batch that is too large is halved until it is taken", async () => {
  await insertBatch(Array.from({ length: 40 }, (_, index) => call("a", 3 + index)));
  receiver.eventsMax = 7;
  await deliver();
  expect(sums()).toEqual({ "ext-a": 40 });
  expect(receiver.batches.map((batch) => batch.events)).toContain(5);
});

test("a stopped sink sends nothing and goes on where it stopped; a replay sends the same ids again", async () => {
  await insertBatch([call("a", 10)]);
  await updateSink(workspace.owner, sinkId, { disabled: true });
  await deliver();
  expect(receiver.events.size).toBe(0);
  await updateSink(workspace.owner, sinkId, { disabled: false });
  await deliver();
  await updateSink(workspace.owner, sinkId, {
    replayFrom: new Date(Date.now() - 30 * minuteMs).toISOString(),
  });
  await deliver();
  expect(sums()).toEqual({ "ext-a": 1 });
  expect(receiver.repeats).toBe(1);
});

test("minutes that an enabled sink has not read are kept however old, and go once it has", async () => {
  await insertBatch([call("a", 30)]);
  const old = new Date(Date.now() - 10 * 86_400_000);
  const { workspaceId } = workspace;
  await sql().query(
    "update usage_per_minute set minute = date_trunc('minute', $2::timestamptz) where workspace_id = $1",
    [workspaceId, old],
  );
  await sql().query("update sink set read_until = $2 where id = $1", [
    sinkId,
    new Date(old.getTime() - 5 * minuteMs),
  ]);
  await deleteExpired();
  await deliver();
  expect(sums()).toEqual({ "ext-a": 1 });
  await deleteExpired();
  const { rows } = await sql().query("select 1 from usage_per_minute where workspace_id = $1", [workspaceId]);
  expect(rows).toEqual([]);
});

test("back-off doubles from a second to five minutes, and no two nodes wait alike", () => {
  expect(backOffMs(1, () => 0)).toBe(1_000);
  expect(backOffMs(1, () => 1)).toBe(2_000);
  expect(backOffMs(30, () => 1)).toBe(300_000);
  expect(new Set(Array.from({ length: 20 }, () => backOffMs(5))).size).toBeGreaterThan(10);
});
