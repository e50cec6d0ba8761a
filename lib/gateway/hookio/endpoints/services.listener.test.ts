import { expect, test } from "vitest";
import { httpUpstream } from "@/lib/testing/gateway/gateway";
import { askHookio, hookioClient, hookioOrigin } from "@/lib/testing/gateway/hookio";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const managing = ["create:services", "update:services", "destroy:services", "read:services"];

async function setUp() {
  const workspace = await createTestWorkspace();
  const { owner, slug } = workspace;
  const key = async (...scopes: string[]) => (await issueKey(owner, { scopes })).secret;
  const upstream = await httpUpstream((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  const manager = await key(...managing);
  return { ...workspace, owner: slug, key, upstream, manager, client: hookioClient(manager) };
}

test("a private service answers a key that may invoke it, without the key, and nobody else", async () => {
  const { client, owner, upstream, key } = await setUp();
  const made = await client.hook.create({ name: "echo", isPrivate: true, upstream });
  expect(made).toEqual({
    status: "created",
    hook: {
      owner,
      name: "echo",
      isPrivate: true,
      upstream,
      ctime: expect.any(String),
      mtime: expect.any(String),
    },
  });
  const runner = await key("invoke:services");
  const run = (value: string | null) =>
    hookioClient(value).hook.run({ owner, name: "echo", data: { foo: "bar" } });
  const answer = await run(runner);
  expect(answer).toMatchObject({ method: "POST", body: '{"foo":"bar"}' });
  expect(JSON.stringify(answer)).not.toContain(runner.slice(-20));
  expect(await run(await key())).toMatchObject({
    error: true,
    user: owner,
    role: "hook::run",
    type: "unauthorized-role-access",
  });
  expect(await run(null)).toMatchObject({ status: 401, error: true, user: "anonymous", role: "hook::run" });
});

test("what a private service of hook.io's asks, it asks of every caller; other services ask what their rules say", async () => {
  const { client, owner, upstream, key, manager } = await setUp();
  await client.hook.create({ name: "asked", isPrivate: true, upstream });
  await apiClient(manager)("POST", "/services", { slug: "ruled", upstream, defaultVerdict: "allow" });
  const plain = await key();
  const call = async (service: string, headers: Record<string, string>) =>
    (await fetch(new URL(`/${owner}/${service}`, hookioOrigin()), { headers })).status;
  expect(await call("asked", { authorization: `Bearer ${plain}` })).toBe(403);
  expect(await call("ruled", { authorization: `Bearer ${plain}` })).toBe(200);
  expect(await call("ruled", { hook_private_key: plain })).toBe(200);
  expect(await call("ruled", { "hookio-private-key": plain })).toBe(403);
  expect(await call("ruled", { "hookio-private-key": await key("invoke:services") })).toBe(200);
});

test("an update leaves what it does not name, privacy too", async () => {
  const { client, owner, upstream, key } = await setUp();
  await client.hook.create({ name: "kept", isPrivate: true, upstream });
  const moved = await client.hook.update({ owner, name: "kept", upstream: `${upstream}/v2` });
  expect(moved).toMatchObject({ status: "updated", hook: { isPrivate: true, upstream: `${upstream}/v2` } });
  expect(await client.hook.update({ owner, name: "kept", isPrivate: false })).toMatchObject({
    hook: { isPrivate: false, upstream: `${upstream}/v2` },
  });
  expect(await client.hook.update({ owner, name: "kept", upstream: `${upstream}/v3` })).toMatchObject({
    hook: { isPrivate: false },
  });
  expect(await hookioClient(null).hook.run({ owner, name: "kept" })).toMatchObject({ url: "/v3" });
  expect(await client.hook.update({ owner, name: "kept", isPrivate: true })).toMatchObject({
    hook: { isPrivate: true },
  });
  expect(await hookioClient(await key()).hook.run({ owner, name: "kept" })).toMatchObject({ error: true });
});

test("services are private unless they are said to be public", async () => {
  const { client, owner, upstream } = await setUp();
  await client.hook.create({ name: "quiet", upstream });
  await client.hook.create({ name: "open", isPrivate: false, upstream });
  expect(await hookioClient(null).hook.run({ owner, name: "quiet" })).toMatchObject({ status: 401 });
  expect(await hookioClient(null).hook.run({ owner, name: "open" })).toMatchObject({ method: "POST" });
});

test("a service is deleted by its owner only", async () => {
  const [mine, theirs] = [await setUp(), await setUp()];
  await mine.client.hook.create({ name: "gone", upstream: mine.upstream });
  const path = `/${mine.owner}/gone/delete`;
  expect((await askHookio(path, { key: theirs.manager })).status).toBe(401);
  expect((await askHookio(path)).status).toBe(401);
  const { body, status } = await askHookio(path, { key: await mine.key() });
  expect({ status, body }).toMatchObject({ status: 403, body: { role: "hook::destroy", user: mine.owner } });
  const change = { owner: mine.owner, name: "gone", isPrivate: false };
  expect((await askHookio("/admin", { key: theirs.manager, body: change })).status).toBe(404);
  expect(await mine.client.hook.destroy({ owner: mine.owner, name: "gone" })).toEqual({
    status: "deleted",
    message: expect.any(String),
    owner: mine.owner,
    name: "gone",
  });
  expect((await askHookio(path, { key: mine.manager })).status).toBe(404);
});

test.each([
  ["no upstream", { name: "x" }, 422],
  ["a name that the gateway uses", { name: "keys", upstream: "http://127.0.0.1:9" }, 422],
  ["an upstream that is no address", { name: "x", upstream: "ftp://x" }, 422],
  ["isPrivate that is neither", { name: "x", upstream: "http://127.0.0.1:9", isPrivate: "yes" }, 422],
])("a new service with %s is refused in words", async (_what, body, status) => {
  const { manager } = await setUp();
  const answer = await askHookio("/new", { key: manager, body });
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { error: true, message: expect.any(String) },
  });
});
