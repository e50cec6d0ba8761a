import { once } from "node:events";
import { createServer, type Server } from "node:http";
import net from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { createRouter } from "@/lib/api/router";
import { liveWorkspaces } from "@/lib/events/fan-out";
import { recordDecision } from "@/lib/events/recording/record";
import { flushRecords } from "@/lib/events/recording/start";
import { decisionRoutes } from "@/lib/events/routes";
import { queuedRowsMax } from "@/lib/events/stream/row-queue";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";

const servers: Server[] = [];

/** The real routes on a socket, with `actor` calling. */
async function serve(actor: Actor): Promise<number> {
  const app = createRouter();
  app.use(async (c, next) => {
    c.set("actor", actor);
    c.set("callerNow", () => Promise.resolve(actor));
    c.set("requestId", "req_test");
    c.set("address", null);
    await next();
  });
  app.route("/", decisionRoutes);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function record(workspaceId: string, count: number): Promise<string[]> {
  const records = Array.from({ length: count }, () => decisionRecord(workspaceId));
  records.forEach((one) => recordDecision(one));
  expect(await flushRecords()).toBe(true);
  return records.map((one) => one.id);
}

/** Reads text of an open answer until it holds `enough`. */
async function readUntil(response: Response, enough: (text: string) => boolean): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!enough(text)) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  return text;
}

const count = (text: string, part: string) => text.split(part).length - 1;

describe("the live stream over HTTP", () => {
  test("speaks server-sent events: position, id, event and data of each decision", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const [id] = await record(workspaceId, 1);
    const port = await serve(owner);
    const response = await fetch(`http://127.0.0.1:${port}/decisions/stream?after=0`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const text = await readUntil(response, (got) => got.includes("event: decision"));
    const event = /id: (\d+)\nevent: decision\ndata: (.*)\n\n/.exec(text);
    expect(text).toMatch(/^: heartbeat\nid: 0\n/);
    expect(JSON.parse(event?.[2] ?? "{}")).toMatchObject({ id, seq: event?.[1] });
  });

  test("prefers Last-Event-ID to the after of its address, which a reconnecting browser repeats", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const ids = await record(workspaceId, 3);
    const port = await serve(owner);
    const first = await readUntil(
      await fetch(`http://127.0.0.1:${port}/decisions/stream?after=0`),
      (got) => count(got, "event: decision") === 3,
    );
    const seqs = [...first.matchAll(/id: (\d+)\nevent/g)].map((match) => match[1] ?? "");
    const again = await readUntil(
      await fetch(`http://127.0.0.1:${port}/decisions/stream?after=0`, {
        headers: { "last-event-id": seqs[1] ?? "" },
      }),
      (got) => got.includes("event: decision"),
    );
    expect(count(again, "event: decision")).toBe(1);
    expect(again).toContain(ids[2]);
  });

  test("gives one JSON value a line when asked by header or address", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const ids = await record(workspaceId, 2);
    const port = await serve(owner);
    const byHeader = fetch(`http://127.0.0.1:${port}/decisions/stream?after=0`, {
      headers: { accept: "application/x-ndjson" },
    });
    const byAddress = fetch(`http://127.0.0.1:${port}/decisions/stream?after=0&stream=ndjson`);
    for (const response of [await byHeader, await byAddress]) {
      expect(response.headers.get("content-type")).toContain("application/x-ndjson");
      const lines = (await readUntil(response, (got) => count(got, "\n") === 2)).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).id)).toEqual(ids);
    }
  });

  test("stops following when the client leaves", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const port = await serve(owner);
    const leave = new AbortController();
    await fetch(`http://127.0.0.1:${port}/decisions/stream`, { signal: leave.signal });
    await vi.waitFor(() => expect(liveWorkspaces()).toContain(workspaceId));
    leave.abort();
    await vi.waitFor(() => expect(liveWorkspaces()).not.toContain(workspaceId), { timeout: 5_000 });
  });

  test("keeps a bounded amount for a socket that is never read, and counts the rest when it reads again", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const port = await serve(owner);
    const socket = net.connect(port, "127.0.0.1");
    socket.pause();
    socket.write("GET /decisions/stream HTTP/1.1\r\nHost: x\r\n\r\n");
    await vi.waitFor(() => expect(liveWorkspaces()).toContain(workspaceId));
    const total = 24_000;
    for (let done = 0; done < total; done += 2_000) await record(workspaceId, 2_000);
    let text = "";
    const sums = () => ({
      got: count(text, "event: decision"),
      dropped: [...text.matchAll(/event: dropped\ndata: \{"count":(\d+)\}/g)].reduce(
        (sum, match) => sum + Number(match[1]),
        0,
      ),
    });
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => (text += part));
    socket.resume();
    await vi.waitFor(() => expect(sums().got + sums().dropped).toBe(total), {
      timeout: 10_000,
      interval: 200,
    });
    // What the kernel's and the runtime's socket buffers held comes on top of the queue.
    expect(sums().dropped).toBeGreaterThan(total / 4);
    expect(sums().got).toBeGreaterThan(queuedRowsMax);
    socket.destroy();
  });
});
