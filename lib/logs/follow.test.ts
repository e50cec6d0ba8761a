import { describe, expect, test, vi } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { bus } from "@/lib/bus/bus";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { queuedRowsMax, type StreamItem } from "@/lib/events/stream/row-queue";
import { followLogs } from "@/lib/logs/follow";
import type { LogFilters, LogLine } from "@/lib/logs/schema";
import { followedLogs } from "@/lib/logs/stream/line-feed";
import { placesIn, type Places } from "@/lib/logs/stream/stream-place";
import { writeLogs } from "@/lib/logs/write";
import { decisionRecord } from "@/lib/testing/decision-record";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A reader of a live log; what it read is in `items`. */
async function reader(
  actor: Actor,
  given: { filters?: LogFilters; after?: Places | null; last?: number; again?: () => Promise<Actor> } = {},
) {
  const gone = new AbortController();
  const stream = await followLogs(actor, {
    filters: given.filters ?? {},
    last: given.last ?? 0,
    after: given.after ?? null,
    authenticateAgain: given.again ?? (() => Promise.resolve(actor)),
    signal: gone.signal,
  });
  const items: StreamItem<LogLine>[] = [];
  return {
    items,
    lines: () => linesOf(items),
    messages: () => linesOf(items).map(({ message }) => message),
    /** Where it would resume. */
    place: () =>
      items.reduce<string | null>(
        (place, item) => ("place" in item && item.place !== null ? item.place : place),
        null,
      ),
    async until(enough: () => boolean) {
      while (!enough()) {
        const next = await stream.next();
        if (next.done === true) return;
        items.push(...next.value);
      }
    },
    next: () => stream.next(),
    leave: () => gone.abort(),
  };
}

function linesOf(items: readonly StreamItem<LogLine>[]): LogLine[] {
  return items.flatMap((item) => (item.kind === "row" ? [item.row] : []));
}

/** Stores calls of the gateway as another node would: this process hears of them by the bus only. */
async function callElsewhere(workspaceId: string, paths: string[]): Promise<void> {
  await insertBatch(paths.map((path) => decisionRecord(workspaceId, { path })));
  await bus().publish({ kind: "decisions-loaded", workspaceIds: [workspaceId] });
}

describe("a live log", () => {
  test("resumes behind any line without a gap or a double while 8 writers and the gateway go on", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const sent = new Set<string>();
    let writing = true;
    const writer = async (name: number) => {
      for (let round = 0; round < 20; round += 1) {
        const lines = [0, 1, 2].map((index) => ({ message: `${name}.${round}.${index}` }));
        await writeLogs(owner, { lines });
        lines.forEach(({ message }) => sent.add(message));
      }
    };
    const gateway = async () => {
      for (let round = 0; round < 60; round += 1) {
        const paths = [0, 1].map((index) => `/${round}/${index}`);
        await callElsewhere(workspaceId, paths);
        paths.forEach((path) => sent.add(`GET ${path} 200 1 ms`));
      }
    };
    const all = Promise.all([...Array.from({ length: 8 }, (_, name) => writer(name)), gateway()]);
    void all.then(() => (writing = false));
    const seen: LogLine[] = [];
    let after: Places = { service: 0, gateway: 0 };
    for (let connection = 0; writing || seen.length < sent.size; connection += 1) {
      const client = await reader(owner, { after });
      const wanted = 1 + ((connection * 37) % 60);
      await client.until(
        () => client.lines().length >= Math.min(wanted, Math.max(1, sent.size - seen.length)),
      );
      client.leave();
      await client.until(() => false);
      seen.push(...client.lines());
      after = placesIn(client.place() ?? "0-0");
    }
    await all;
    expect(seen).toHaveLength(8 * 20 * 3 + 120);
    expect(new Set(seen.map(({ message }) => message))).toEqual(sent);
    for (let name = 0; name < 8; name += 1) {
      const own = seen.map(({ message }) => message).filter((message) => message.startsWith(`${name}.`));
      expect(own).toEqual([...Array(60).keys()].map((at) => `${name}.${Math.floor(at / 3)}.${at % 3}`));
    }
    await vi.waitFor(() => expect(followedLogs()).not.toContain(workspaceId));
  });

  test("begins with the newest lines of both sources, oldest first, and goes on without a double", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const at = (seconds: number) => Date.now() - seconds * 1_000;
    await writeLogs(owner, {
      lines: [9, 5, 1].map((seconds) => ({
        message: `w${seconds}`,
        at: new Date(at(seconds)).toISOString(),
      })),
    });
    await insertBatch(
      [7, 3].map((seconds) => decisionRecord(workspaceId, { atMs: at(seconds), path: `/${seconds}` })),
    );
    const client = await reader(owner, { last: 4 });
    await client.until(() => client.place() !== null);
    await writeLogs(owner, { lines: [{ message: "live" }] });
    await callElsewhere(workspaceId, ["/live"]);
    await client.until(() => client.lines().length === 6);
    expect(client.messages().slice(0, 4)).toEqual(["GET /7 200 1 ms", "w5", "GET /3 200 1 ms", "w1"]);
    expect(client.messages().slice(4).sort()).toEqual(["GET /live 200 1 ms", "live"]);
    client.leave();
  });

  test("filters what it catches up with and what is live alike; a customer's key gets its customer's lines", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const bound = keyActor(workspaceId, { customerId: "cus_a", scopes: ["read:logs", "write:logs"] });
    const write = async (name: string) => {
      await writeLogs(owner, {
        lines: [
          { message: `${name} Needle`, level: "error", traceId: "t" },
          { message: `${name} needle`, level: "info", traceId: "t" },
          { message: `${name} hay`, level: "error" },
        ],
      });
      await writeLogs(bound, { lines: [{ message: `${name} customer's` }] });
      await callElsewhere(workspaceId, [`/${name}/needle`]);
      await bus().publish({ kind: "logs-written", workspaceId });
    };
    await write("first");
    const start: Places = { service: 0, gateway: 0 };
    const wanted: [LogFilters, (name: string) => string[]][] = [
      [{ level: "error" }, (name) => [`${name} Needle`, `${name} hay`]],
      [{ q: "NEEDLE" }, (name) => [`${name} Needle`, `${name} needle`, `GET /${name}/needle 200 1 ms`]],
      [{ traceId: "t", level: "warn" }, (name) => [`${name} Needle`]],
      [{ source: "gateway" }, (name) => [`GET /${name}/needle 200 1 ms`]],
    ];
    const clients = await Promise.all(wanted.map(([filters]) => reader(owner, { filters, after: start })));
    const customer = await reader(bound, { after: start });
    const sizes = wanted.map(([, expected]) => expected("x").length);
    await Promise.all(clients.map((client, at) => client.until(() => client.lines().length === sizes[at])));
    await customer.until(() => customer.lines().length === 1);
    // They wait for what comes before it does, or they would catch up with that as well.
    const readOn = clients.map((client, at) =>
      client.until(() => client.lines().length >= 2 * (sizes[at] ?? 0)),
    );
    readOn.push(customer.until(() => customer.lines().length >= 2));
    await write("second");
    await Promise.all(readOn);
    for (const [at, client] of clients.entries()) {
      const [, expected] = wanted[at] ?? [];
      const all = ["first", "second"].flatMap((name) => expected?.(name) ?? []);
      expect(client.messages().sort()).toEqual(all.sort());
      client.leave();
    }
    expect(customer.messages()).toEqual(["first customer's", "second customer's"]);
    customer.leave();
  });

  test("holds a bounded number of lines for a client that does not read, and tells it how many it missed", async () => {
    const { owner } = await createTestWorkspace();
    const idle = await reader(owner);
    await idle.until(() => idle.place() !== null);
    // The next step starts the live part; its answer stays unread.
    const pending = idle.next();
    const total = queuedRowsMax + 900;
    for (let from = 0; from < total; from += 100)
      await writeLogs(owner, {
        lines: Array.from({ length: 100 }, (_, index) => ({ message: `${from + index}` })),
      });
    const busy = await reader(owner, { after: { service: 0, gateway: 0 } });
    await busy.until(() => busy.lines().length === total);
    const first = await pending;
    const rest = await idle.next();
    const items = [...(first.value ?? []), ...(rest.value ?? [])];
    const dropped = items.reduce((sum, item) => sum + (item.kind === "dropped" ? item.count : 0), 0);
    expect(dropped).toBeGreaterThan(0);
    expect(linesOf(items).length + dropped).toBe(total);
    idle.leave();
    busy.leave();
  });

  test("ends with the right to read, at once when the key changes", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const key = keyActor(workspaceId, { keyId: "key_y", scopes: ["read:logs"] });
    const client = await reader(key, { again: () => Promise.reject(new Problem("unauthorized", "gone")) });
    await client.until(() => client.place() !== null);
    const ended = client.until(() => false);
    await bus().publish({
      kind: "key-changed",
      workspaceId,
      keyId: "key_y",
      secretIds: [],
      generation: 1,
    });
    await ended;
    expect(client.items.at(-1)).toEqual({ kind: "end", reason: "The right to read logs ended." });
    const nobody: Actor = { ...owner, scopes: ["*:*"] };
    await expect(reader(nobody)).rejects.toMatchObject({ kind: "forbidden" });
  });
});
