import { createServer } from "node:http";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { connectDatabase, disconnectDatabase, sql } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { filesHolding, holdsAny, tablesHolding } from "@/lib/testing/recorded/held";
import { sendHttp, transports, type PlainCall, type Sent } from "@/lib/testing/calls/transports";
import { createTestWorkspace } from "@/lib/testing/workspace";

const Ready = z.object({ recording: z.object({ pending: z.number() }) });

/** Keys whose values nothing may repeat: one that may do everything, one that may nothing, one that nobody made. */
interface Planted {
  full: string;
  none: string;
  forged: string;
}

interface Place {
  server: TestServer;
  workspaceId: string;
  slug: string;
  planted: Planted;
}

/** A call, on which port. */
type Call = PlainCall & { method: string; at: "portal" | "gateway" };

/** Calls that end well, in every kind of refusal, and in none of our own words. */
function calls(slug: string, round: string): Call[] {
  const api = (method: string, under: string, fields?: object): Call => ({
    method,
    path: `/api/v1${under}`,
    fields,
    at: "portal",
  });
  const gateway = (method: string, under: string, fields?: object): Call => ({
    method,
    path: under,
    fields,
    at: "gateway",
  });
  return [
    api("GET", "/keys?limit=5"),
    api("POST", "/keys", { name: `made ${round}` }),
    api("POST", "/keys", { name: "" }),
    api("POST", "/keys/verify", { key: "lk_live_x" }),
    api("POST", "/authorize", { service: "echo", method: "GET", path: "/" }),
    api("PUT", "/datastore/planted", { value: 1 }),
    api("POST", "/logs", { message: "hello" }),
    api("DELETE", "/keys/missing/rotation"),
    api("PATCH", "/keys/missing", { labels: ["x"] }),
    api("GET", "/nothing"),
    api("GET", "/keys?cursor=abc"),
    { ...api("POST", ""), path: "/access/v1/evaluation", fields: {} },
    gateway("POST", `/${slug}/echo/a?b=c`, { foo: "bar" }),
    gateway("GET", `/${slug}/echo/a%252e`),
    gateway("GET", `/${slug}/missing`),
    gateway("POST", "/nobody/echo", { foo: "bar" }),
    gateway("POST", "/keys/create", { name: `hook ${round}`, roles: "datastore::get" }),
    gateway("POST", "/keys/create", { roles: 7 }),
    gateway("POST", "/keys/checkAccess", { role: "hook::run" }),
    gateway("POST", "/keys/all"),
    gateway("POST", "/keys/destroy", { name: "missing" }),
    gateway("POST", "/datastore/set", { key: "planted", value: { a: 1 } }),
    gateway("GET", "/datastore/get?key=planted"),
    gateway("POST", "/new", { name: "x" }),
    gateway("GET", `/${slug}/events`),
    gateway("GET", `/${slug}/echo/logs`),
    gateway("POST", `/${slug}/missing/delete`),
  ];
}

test("a key sent in any place to any port is found nowhere afterwards: not in the database, the disk, the log, streams, sinks or answers", async () => {
  const server = await startServer({
    mount: "server",
    environment: { LISTEN: "api,gateway", HOOKIO_COMPAT: "on", LOG_LEVEL: "trace" },
  });
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
  });
  const place = await prepare(server);
  const sink = await receiver();
  const heard = listen(place);
  const bodies = await plant(place);
  await loaded(server);
  // Sinks are told of minutes that are over for a while.
  await sql().query("update usage_per_minute set minute = minute - interval '10 minutes'");
  await callApi(place, "POST", "/sinks", { name: "meter", subject: "key", url: sink.url, from: earlier() });
  await vi.waitFor(() => expect(sink.received().length).toBeGreaterThan(0), {
    timeout: 60_000,
    interval: 100,
  });
  await vi.waitFor(() => expect(heard.text()).toContain("echo"), { timeout: 10_000 });

  const secrets = secretsOf(place.planted);
  expect(bodies.length).toBeGreaterThan(600);
  expect(bodies.filter((body) => holdsAny(body, secrets))).toEqual([]);
  expect(holdsAny(heard.text(), secrets)).toBe(false);
  expect(holdsAny(sink.received(), secrets)).toBe(false);
  expect(await tablesHolding(server.databaseUrl, secrets)).toEqual([]);
  // The public part of a value is kept, so this way of looking finds what is there.
  const known = [place.planted.none.slice(-59, -43)];
  expect((await tablesHolding(server.databaseUrl, known)).length).toBeGreaterThan(1);
  await server.stop();
  expect(holdsAny(server.output(), secrets)).toBe(false);
  expect(filesHolding(server.dataDirectory, secrets)).toEqual([]);
  expect(filesHolding(server.dataDirectory, known).length).toBeGreaterThan(1);
}, 300_000);

async function prepare(server: TestServer): Promise<Place> {
  await disconnectDatabase();
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  onTestFinished(async () => {
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 2);
  });
  const { owner, slug, workspaceId } = await createTestWorkspace();
  const make = async (name: string, scopes: string[]) =>
    (await createKey(owner, CreateKey.parse({ name, scopes }))).secret;
  const [full, none] = [await make("full", ["platform:*", "*:*"]), await make("none", [])];
  const planted = { full, none, forged: `${none.slice(0, -12)}${"Zz9".repeat(4)}` };
  const place = { server, workspaceId, slug, planted };
  await callApi(place, "POST", "/services", {
    slug: "echo",
    upstream: await upstream(),
    visibility: "private",
    defaultVerdict: "allow",
  });
  return place;
}

const earlier = () => new Date(Date.now() - 3_600_000).toISOString();

async function callApi({ server, planted }: Place, ...[method, under, body]: [string, string, object]) {
  const answer = await fetch(`${server.portal}/api/v1${under}`, {
    method,
    headers: { authorization: `Bearer ${planted.full}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
}

/** An upstream that says back all that it got. */
async function upstream(): Promise<string> {
  return serve((sent, head) => JSON.stringify({ head, sent }));
}

/** A sink that keeps all that it got but its own token. */
async function receiver(): Promise<{ url: string; received: () => string }> {
  const received: string[] = [];
  const url = await serve((sent) => {
    received.push(sent);
    return "";
  });
  return { url, received: () => received.join("\n") };
}

async function serve(answer: (sent: string, head: string) => string): Promise<string> {
  const listening = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const head = `${request.url} ${request.rawHeaders.join(" ")}`;
      response.end(answer(Buffer.concat(chunks).toString("latin1"), head));
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    listening.close();
    listening.closeAllConnections();
  });
  const address = listening.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Reads every live stream from now on. */
function listen({ server, planted, slug }: Place): { text: () => string } {
  const parts: string[] = [];
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const follow = async (url: string, accept: string) => {
    const headers = { authorization: `Bearer ${planted.full}`, accept };
    const { body } = await fetch(url, { headers, signal: leaving.signal });
    if (body === null) return;
    const decoder = new TextDecoder();
    for await (const chunk of body) parts.push(decoder.decode(chunk, { stream: true }));
  };
  const urls = ["/decisions/stream", "/events/stream", "/logs/stream"].map(
    (under) => `${server.portal}/api/v1${under}`,
  );
  urls.push(`${server.gateway}/${slug}/events?s=true`, `${server.gateway}/${slug}/echo/logs?s=true`);
  for (const url of urls)
    for (const accept of ["text/event-stream", "application/x-ndjson"])
      follow(url, accept).catch(() => undefined);
  return { text: () => parts.join("") };
}

/** Sends everything; answers the bodies, without the values of keys that were made. */
async function plant({ server, slug, planted }: Place): Promise<string[]> {
  const bodies: string[] = [];
  const send = async (call: Call, sent: Sent) => {
    const { text } = await sendHttp(server[call.at], { method: call.method, ...sent });
    bodies.push(text);
  };
  for (const [name, transport] of Object.entries(transports))
    for (const [holder, key] of Object.entries(planted))
      for (const call of calls(slug, `${holder} ${name}`)) await send(call, transport(call, key));
  const [first, second] = [transports["query"], transports["X-API-Key"]];
  if (first === undefined || second === undefined) throw new Error("no such transport");
  for (const call of calls(slug, "two")) {
    const both = { ...first(call, planted.full), headers: second(call, planted.none).headers };
    await send(call, both);
  }
  for (const at of ["portal", "gateway"] as const)
    for (const under of ["/api/v1/keys", "/datastore/set", `/${slug}/echo/large`]) {
      const call: Call = { at, method: "POST", path: under };
      const body = JSON.stringify({ hook_private_key: planted.none, filling: "x".repeat(1_200_000) });
      const headers = { "content-type": "application/json" };
      if (!(at === "gateway" && under.includes("echo"))) await send(call, { path: under, headers, body });
    }
  return bodies;
}

async function loaded(server: TestServer): Promise<void> {
  await vi.waitFor(
    async () => {
      const { recording } = Ready.parse(await (await fetch(`${server.portal}/readyz`)).json());
      expect(recording.pending).toBe(0);
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** What is secret of each value: its secret part, and its check. */
function secretsOf(planted: Planted): string[] {
  return Object.values(planted).flatMap((value: string) => [value.slice(-43, -11), value.slice(-11)]);
}
