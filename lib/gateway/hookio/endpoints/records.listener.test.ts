import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { anonymousMax } from "@/lib/gateway/hookio/anonymous-readers";
import { httpUpstream } from "@/lib/testing/gateway/gateway";
import { askHookio, hookioClient, hookioOrigin } from "@/lib/testing/gateway/hookio";
import { apiClient } from "@/lib/testing/calls/http";
import { addCustomer } from "@/lib/testing/customer";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const storing = ["get:datastore", "set:datastore", "del:datastore", "recent:datastore"];

async function setUp(...scopes: string[]) {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  return {
    ...workspace,
    account: workspace.slug,
    secret,
    client: hookioClient(secret),
    api: apiClient(secret),
  };
}

/** Reads what a client pipes into it, line by line. */
function lineReader(): { output: PassThrough; lines: () => Record<string, unknown>[] } {
  const output = new PassThrough();
  const chunks: string[] = [];
  output.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  onTestFinished(() => void output.destroy());
  const lines = () =>
    chunks
      .join("")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Record<string, unknown> => Object(JSON.parse(line)));
  return { output, lines };
}

test("values are set, read, listed and deleted as hook.io's client knows it", async () => {
  const { client } = await setUp(...storing);
  expect(await client.datastore.get("name")).toBe(null);
  for (const value of [{ a: [1, "two", null] }, "text", 7, false, null]) {
    expect(await client.datastore.set("name", value)).toBe("OK");
    expect(await client.datastore.get("name")).toEqual(value);
  }
  for (const key of ["a", "b", "c", "d", "e"]) await client.datastore.set(key, key);
  expect(await client.datastore.recent()).toEqual(["e", "d", "c", "b", "a"]);
  expect(await client.datastore.del("name")).toBe(1);
  expect(await client.datastore.del("name")).toBe(0);
});

test("a value is answered just as it was stored, however deep or odd; one that cannot be written is refused", async () => {
  const { secret, api } = await setUp(...storing);
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  for (const text of [deep, '{"__proto__":{"a":1},"n":1e999}', "123456789012345678901234567890"]) {
    await api("PUT", "/datastore/odd", text);
    const answer = await askHookio("/datastore/get?key=odd", { key: secret, method: "GET" });
    expect([answer.status, answer.text]).toEqual([200, text]);
  }
  const named = '{"key":"proto","value":{"__proto__":{"a":1},"constructor":2}}';
  expect((await askHookio("/datastore/set", { key: secret, body: named })).body).toBe("OK");
  const read = await askHookio("/datastore/get?key=proto", { key: secret, method: "GET" });
  expect(read.text).toBe('{"__proto__":{"a":1},"constructor":2}');
  const refused = await askHookio("/datastore/set", { key: secret, body: `{"key":"deep","value":${deep}}` });
  expect([refused.status, refused.body]).toMatchObject([400, { error: true, type: "bad-request" }]);
});

test("values come in forms and queries too, and bytes of the API are read as text", async () => {
  const { secret, api } = await setUp(...storing);
  await api("PUT", "/datastore/plain", "some text", { "content-type": "text/plain" });
  expect(
    (await askHookio(`/datastore/get?key=plain&hook_private_key=${secret}`, { method: "GET" })).body,
  ).toBe("some text");
  expect((await askHookio("/datastore/set", { key: secret, body: { key: "x" } })).status).toBe(422);
  expect((await askHookio("/datastore/set", { key: secret, body: { key: "", value: 1 } })).status).toBe(422);
  const large = await askHookio("/datastore/set", {
    key: secret,
    body: { key: "x", value: "x".repeat(300_000) },
  });
  expect({ status: large.status, body: large.body }).toMatchObject({ status: 413, body: { error: true } });
});

test.each([
  ["/datastore/set", "datastore::set"],
  ["/datastore/get", "datastore::get"],
  ["/datastore/del", "datastore::del"],
  ["/datastore/recent", "datastore::recent"],
])("%s needs %s, in every transport of the key", async (path, role) => {
  const { secret, account } = await setUp();
  const body = { key: "x", value: 1, hook_private_key: secret };
  const answer = await askHookio(path, { body });
  expect(answer.status).toBe(403);
  expect(answer.body).toMatchObject({ error: true, user: account, role, type: "unauthorized-role-access" });
  const none = await askHookio(path, { body: { ...body, hook_private_key: "" } });
  expect(none.status).toBe(401);
  expect(none.body).toMatchObject({ error: true, user: "anonymous", role });
  expect((await askHookio(path, { body, key: `${secret.slice(0, -1)}-` })).status).toBe(400);
});

test("a role check of hook.io's addresses is an event like any other, told once", async () => {
  const { client, api, account } = await setUp(
    "set:datastore",
    "read:events",
    "read:audit",
    "read:decisions",
  );
  await client.datastore.set("x", 1);
  await client.datastore.get("x");
  const checks = async () => {
    const { body } = await api("GET", "/events?type=role-check.*&limit=100");
    return body.items
      .map(({ type, data }: { type: string; data: { scope: string; endpoint: string } }) => [
        type,
        data.scope,
        data.endpoint,
      ])
      .filter(([, , endpoint]: string[]) => endpoint?.includes("/datastore/"));
  };
  await vi.waitFor(async () => expect(await checks()).toHaveLength(2), 10_000);
  expect((await checks()).toSorted()).toEqual([
    ["role-check.granted", "set:datastore", "POST /datastore/set"],
    ["role-check.refused", "get:datastore", "GET /datastore/get"],
  ]);
  const events = await client.events.get(account);
  expect(events).toEqual(
    expect.arrayContaining([
      { time: expect.any(String), type: "role-check.refused", data: expect.anything() },
    ]),
  );
});

test("events are streamed to hook.io's client: those that were, then those that come", async () => {
  const { client, account } = await setUp("set:datastore", "get:datastore", "read:events", "read:audit");
  await client.datastore.set("x", 1);
  const isSet = ({ type, data }: Record<string, unknown>) =>
    type === "datastore.set" && JSON.stringify(data).includes('"x"');
  const { output, lines } = lineReader();
  await vi.waitFor(async () => {
    const events = await client.events.get(account);
    expect(Array.isArray(events) && events.some((event) => isSet(Object(event)))).toBe(true);
  }, 10_000);
  client.events.stream(account, output);
  await vi.waitFor(() => expect(lines().filter(isSet)).toHaveLength(1), 10_000);
  await client.datastore.set("x", 2);
  await vi.waitFor(() => expect(lines().filter(isSet)).toHaveLength(2), 10_000);
  expect(lines().every((line) => Object.keys(line).join() === "time,type,data")).toBe(true);
});

test("another workspace's events and logs are refused, and a private service's log without the role", async () => {
  const [mine, theirs] = [await setUp("read:events", "read:logs"), await setUp("create:services")];
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  await theirs.client.hook.create({ name: "quiet", isPrivate: true, upstream });
  expect((await askHookio(`/${theirs.account}/events`, { key: mine.secret, method: "GET" })).status).toBe(
    401,
  );
  const path = `/${theirs.account}/quiet/logs`;
  expect((await askHookio(path, { key: mine.secret, method: "GET" })).status).toBe(401);
  expect((await askHookio(path, { method: "GET" })).status).toBe(401);
  const { status, body } = await askHookio(path, { key: theirs.secret, method: "GET" });
  expect({ status, body }).toMatchObject({ status: 403, body: { role: "hook::logs::read" } });
});

test("a private service's log is read, streamed and flushed", async () => {
  const { client, account, api, secret } = await setUp(
    "create:services",
    "read:logs",
    "write:logs",
    "flush:logs",
  );
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  await client.hook.create({ name: "noisy", isPrivate: true, upstream });
  const write = (message: string) => api("POST", "/logs?service=noisy", { message });
  await write("first");
  const service = { owner: account, name: "noisy" };
  expect(await client.logs.get(service)).toEqual([
    { time: expect.any(String), data: "first", ip: expect.any(String) },
  ]);
  const { output, lines } = lineReader();
  client.logs.stream(service, output);
  await vi.waitFor(() => expect(lines().map(({ data }) => data)).toEqual(["first"]), 10_000);
  await write("second");
  await vi.waitFor(() => expect(lines().map(({ data }) => data)).toEqual(["first", "second"]), 10_000);
  const flush = async (key: string) =>
    (await askHookio(`/${account}/noisy/logs?flush=true`, { key, method: "GET" })).body;
  expect(await flush(secret)).toBe(1);
  expect(await flush(secret)).toBe(0);
  expect(await client.logs.get(service)).toEqual([]);
});

test("a public service's own lines are anybody's, without addresses; its calls are not, nor is flushing", async () => {
  const { client, account, api } = await setUp("create:services", "write:logs", "read:logs");
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  await client.hook.create({ name: "open", isPrivate: false, upstream });
  await api("POST", "/logs?service=open", { message: "hello" });
  await hookioClient(null).hook.run({ owner: account, name: "open" });
  const service = { owner: account, name: "open" };
  await vi.waitFor(async () => expect(await client.logs.get(service)).toHaveLength(2), 10_000);
  expect(await hookioClient(null).logs.get(service)).toEqual([
    { time: expect.any(String), data: "hello", ip: null },
  ]);
  expect((await askHookio(`/${account}/open/logs?flush=true`, { method: "GET" })).status).toBe(401);
});

test("what a customer wrote into a public service's log is not anybody's, and nothing is once the service is private", async () => {
  const { account, api, client, owner } = await setUp(
    "create:services",
    "update:services",
    "write:logs",
    "read:logs",
  );
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  const made = await api("POST", "/services", { slug: "open", upstream, visibility: "public" });
  const customer = await addCustomer(owner, { scopeCeiling: ["write:logs"] });
  const theirs = await issueKey(owner, { customer: customer.id, scopes: ["write:logs"] });
  await apiClient(theirs.secret)("POST", "/logs?service=open", { message: "a customer's" });
  await api("POST", "/logs?service=open", { message: "first" });
  const said = async () => {
    const { body } = await askHookio(`/${account}/open/logs`, { method: "GET" });
    return z
      .array(z.object({ data: z.string() }))
      .parse(body)
      .map(({ data }) => data);
  };
  expect(await said()).toEqual(["first"]);
  const { output, lines } = lineReader();
  // hook.io's own client cannot stream without a key.
  const anybody = request(new URL(`/${account}/open/logs?s=true`, hookioOrigin()), (answer) => {
    answer.on("error", () => undefined).pipe(output);
  });
  onTestFinished(() => void anybody.destroy());
  anybody.on("error", () => undefined).end();
  await vi.waitFor(() => expect(lines()).toHaveLength(1), 10_000);
  await apiClient(theirs.secret)("POST", "/logs?service=open", { message: "a customer's" });
  await api("POST", "/logs?service=open", { message: "second" });
  await vi.waitFor(() => expect(lines().map(({ data }) => data)).toEqual(["first", "second"]), 10_000);
  await api("PATCH", `/services/${made.body.id}`, { visibility: "private" });
  const whole = lineReader();
  client.logs.stream({ owner: account, name: "open" }, whole.output);
  for (const message of ["hidden", "hidden too"]) {
    await api("POST", "/logs?service=open", { message });
    await vi.waitFor(() => expect(whole.lines().at(-1)).toMatchObject({ data: message }), 10_000);
  }
  expect(lines().map(({ data }) => data)).toEqual(["first", "second"]);
});

test("whoever reads a public service's log without a key has so many streams and calls; with a key there is room", async () => {
  const { account, api, secret } = await setUp("create:services", "read:logs");
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  await api("POST", "/services", { slug: "open", upstream, visibility: "public" });
  const ask = (query: string, headers: Record<string, string> = {}) => {
    const asked = request(new URL(`/${account}/open/logs${query}`, hookioOrigin()), {
      localAddress: "127.0.0.77",
      headers,
    });
    onTestFinished(() => void asked.destroy());
    return new Promise<IncomingMessage>((resolve, reject) => {
      asked.on("response", resolve).on("error", reject).end();
    });
  };
  const open: IncomingMessage[] = [];
  for (let stream = 0; stream < anonymousMax.streamsPerAddress; stream += 1) open.push(await ask("?s=true"));
  expect(open.map(({ statusCode }) => statusCode)).toEqual(open.map(() => 200));
  const refused = await ask("?s=true");
  expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "10"]);
  expect(await json(refused)).toEqual({
    error: true,
    message: "Too many open streams without a key. Wait, or send a key.",
    type: "rate-limited",
  });
  open[0]?.destroy();
  await vi.waitUntil(async () => (await ask("?s=true")).statusCode === 200, 10_000);
  await vi.waitUntil(async () => (await ask("")).statusCode === 429, 20_000);
  expect((await ask("", { hook_private_key: secret })).statusCode).toBe(200);
  expect((await askHookio(`/${account}/open/logs`, { method: "GET" })).status).toBe(200);
});

test("a stream of a public service's whole log ends with the right to read logs", async () => {
  const { account, api, owner } = await setUp("create:services", "write:logs", "read:logs", "update:keys");
  const upstream = await httpUpstream((_request, response) => void response.end("ok"));
  await api("POST", "/services", { slug: "open", upstream, visibility: "public" });
  const { key, secret } = await issueKey(owner, { scopes: ["read:logs"] });
  const { output, lines } = lineReader();
  const ended = new Promise<void>((resolve) => output.once("end", resolve));
  hookioClient(secret).logs.stream({ owner: account, name: "open" }, output);
  await api("POST", "/logs?service=open", { message: "first" });
  await vi.waitFor(() => expect(lines()).toHaveLength(1), 10_000);
  expect((await api("PATCH", `/keys/${key.id}`, { scopes: [] })).status).toBe(200);
  await ended;
});
