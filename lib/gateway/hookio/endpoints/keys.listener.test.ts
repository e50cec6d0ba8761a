import { expect, test } from "vitest";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { addCustomer } from "@/lib/testing/customer";
import { askHookio, hookioClient } from "@/lib/testing/gateway/hookio";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const managing = ["create:keys", "read:keys", "revoke:keys", "set:datastore", "invoke:services"];

async function setUp(scopes: string[] = managing) {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { name: "caller", scopes });
  return { ...workspace, secret, client: hookioClient(secret) };
}

test("hook.io's client makes keys, lists them masked, asks about them and destroys them", async () => {
  const { client, slug } = await setUp();
  const made = await client.keys.create({ name: "writer", roles: ["datastore::set", "hook::run"] });
  expect(made).toEqual({
    name: "writer",
    owner: slug,
    roles: "hook::run,datastore::set",
    hook_private_key: expect.stringMatching(/^lk_live_[0-9A-Za-z]{59}$/),
    status: "active",
    ctime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  const value = Object(made).hook_private_key;
  const all = await client.keys.all();
  expect(all).toMatchObject([{ name: "writer", roles: "hook::run,datastore::set" }, { name: "caller" }]);
  expect(JSON.stringify(all)).not.toContain(value.slice(-20));
  const ask = (role: string) => client.keys.checkAccess({ hook_private_key: value, role });
  expect(await ask("datastore::set")).toMatchObject({
    hasAccess: true,
    key: { name: "writer", roles: "hook::run,datastore::set" },
    user: { name: slug, email: "" },
  });
  expect(await ask("datastore::get")).toEqual({ hasAccess: false });
  expect(await client.keys.destroy({ name: "writer" })).toEqual({ status: "deleted" });
  expect(await ask("datastore::set")).toEqual({ hasAccess: false });
  expect(await client.keys.all()).toMatchObject([{ name: "caller" }]);
});

test("roles may be one text with commas, in either spelling", async () => {
  const { secret, system } = await setUp();
  await createKey(system, CreateKey.parse({ name: "plain" }));
  const { body } = await askHookio("/keys/create", {
    key: secret,
    body: { name: "both", roles: "datastore::set, invoke:services" },
  });
  expect(body).toMatchObject({ roles: "hook::run,datastore::set" });
});

test("nobody mints a role that they do not hold, and the refusal names it in the client's spelling", async () => {
  const { secret, slug } = await setUp();
  const { status, body } = await askHookio("/keys/create", {
    key: secret,
    body: { name: "greedy", roles: ["datastore::del"] },
  });
  expect(status).toBe(403);
  expect(body).toEqual({
    error: true,
    message: expect.any(String),
    user: slug,
    role: "datastore::del",
    type: "unauthorized-role-access",
  });
});

test("without a key, with a wrong one and without the role a call is refused in hook.io's words", async () => {
  const { secret, slug } = await setUp(["read:keys"]);
  const wrong = `${secret.slice(0, -4)}0000`;
  for (const [key, status, user] of [
    [undefined, 401, "anonymous"],
    [wrong, 401, "anonymous"],
    [secret, 403, slug],
  ] as const) {
    const answer = await askHookio("/keys/destroy", { ...(key && { key }), body: { name: "x" } });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: true,
      user,
      role: "keys::destroy",
      type: "unauthorized-role-access",
    });
    expect(answer.text).not.toContain(secret.slice(20, 50));
  }
});

test("a name is the holder's own: a customer's key of that name is not found, one beside one's own is refused", async () => {
  const { secret, system } = await setUp();
  const customer = await addCustomer(system);
  await createKey(system, CreateKey.parse({ name: "ci", customer: customer.id }));
  const destroy = () => askHookio("/keys/destroy", { key: secret, body: { name: "ci" } });
  expect((await destroy()).status).toBe(404);
  await createKey(system, CreateKey.parse({ name: "ci" }));
  const { status, body } = await destroy();
  expect(status).toBe(409);
  expect(body).toMatchObject({
    error: true,
    type: "conflict",
    message: expect.stringContaining("by its id"),
  });
  const { body: keys } = await apiClient(secret)("GET", "/keys?q=ci");
  expect(keys.items.filter((key: { status: string }) => key.status === "active")).toHaveLength(2);
});

test("another workspace's keys are not there, by name or by value", async () => {
  const [mine, theirs] = [await setUp(), await setUp()];
  expect((await askHookio("/keys/destroy", { key: mine.secret, body: { name: "unheard" } })).status).toBe(
    404,
  );
  expect(await mine.client.keys.checkAccess({ hook_private_key: theirs.secret })).toEqual({
    hasAccess: false,
  });
  expect(await mine.client.keys.checkAccess({ hook_private_key: "nonsense" })).toEqual({ hasAccess: false });
  expect(await mine.client.keys.checkAccess({})).toMatchObject({ hasAccess: true, key: { name: "caller" } });
});

test.each([
  ["a body that is no JSON", '{"name":', 400],
  ["a list", "[]", 400],
  ["no name", "{}", 422],
  ["roles of another kind", '{"name":"x","roles":7}', 422],
  ["a scope that nobody defined", '{"name":"x","roles":["hook::find"]}', 403],
])("%s is refused in words", async (_what, body, status) => {
  const { secret } = await setUp();
  const answer = await askHookio("/keys/create", { key: secret, body });
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: true, message: expect.any(String) });
});

test("a path's other methods, and other paths, are refused", async () => {
  const { secret } = await setUp();
  expect((await askHookio("/keys/create", { key: secret, method: "GET" })).status).toBe(405);
  expect((await askHookio("/keys/nothing", { key: secret, body: {} })).status).toBe(404);
});
