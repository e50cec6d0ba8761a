import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { Sink, SinkPage } from "@/lib/sinks/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const scopes = ["create:sinks", "read:sinks", "update:sinks", "destroy:sinks"];
const url = "https://openmeter.example/api/v1/events";

async function setUp() {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  return { ...workspace, call: apiClient(secret) };
}

test("a sink is made, read, listed, changed and removed; its token is written and never answered", async () => {
  const { call, workspaceId } = await setUp();
  const made = await call("POST", "/sinks", { name: "billing", url, token: "om_secret_token" });
  expect(made.status).toBe(201);
  const sink = Sink.parse(made.body);
  expect(sink).toMatchObject({ hasToken: true, subject: "customer", eventType: "latchkey.usage" });
  expect(Sink.parse((await call("GET", `/sinks/${sink.id}`)).body).url).toBe(url);
  expect(SinkPage.parse((await call("GET", "/sinks")).body).items).toHaveLength(1);
  const changed = await call("PATCH", `/sinks/${sink.id}`, { token: null, disabled: true });
  expect(Sink.parse(changed.body)).toMatchObject({ hasToken: false, disabled: true });
  const trail = await db().auditEntry.findMany({
    where: { workspaceId, subject: sink.id },
    orderBy: { seq: "asc" },
  });
  expect(trail.map((entry) => entry.action)).toEqual(["sinks.create", "sinks.update"]);
  expect(JSON.stringify([made.body, changed.body, trail.map((entry) => entry.detail)])).not.toContain(
    "om_secret_token",
  );
  expect((await call("DELETE", `/sinks/${sink.id}`)).status).toBe(204);
  expect((await call("GET", `/sinks/${sink.id}`)).status).toBe(404);
});

test("a sink's token does not follow it to another place unless it is sent again", async () => {
  const { call } = await setUp();
  const { body } = await call("POST", "/sinks", { name: "billing", url, token: "om_secret_token" });
  const path = `/sinks/${body.id}`;
  const moved = await call("PATCH", path, { url: "https://elsewhere.example/collect" });
  expect([moved.status, moved.body.errors[0].path]).toEqual([422, "token"]);
  expect((await call("GET", path)).body).toMatchObject({ url, hasToken: true });
  for (const change of [
    { url: "https://openmeter.example/api/v2/events" },
    { url: "https://other.example/events", token: "om_secret_token" },
    { url: "https://third.example/events", token: null },
    { url: "https://fourth.example/events" },
  ])
    expect((await call("PATCH", path, change)).body).toMatchObject({ url: change.url });
});

test("what cannot be a sink is refused in words, and nothing is stored", async () => {
  const { call, workspaceId } = await setUp();
  const made = { name: "billing", url };
  for (const [given, path] of [
    [{ ...made, url: "ftp://x.example/" }, "url"],
    [{ ...made, url: "https://user:pass@x.example/" }, "url"],
    [{ ...made, url: "https://x.example/?token=1" }, "url"],
    [{ ...made, url: "http://169.254.169.254/latest" }, "url"],
    [{ ...made, url: "http://10.0.0.1/" }, "url"],
    [{ ...made, token: "two\r\nlines" }, "token"],
    [{ ...made, from: "2020-01-01T00:00:00Z" }, "from"],
    [{ ...made, subject: "nobody" }, "subject"],
    [{ ...made, name: "" }, "name"],
  ] as const) {
    const { status, body } = await call("POST", "/sinks", given);
    expect([given, status, body.errors[0].path]).toEqual([given, 422, path]);
  }
  expect((await call("POST", "/sinks", { ...made, colour: 1 })).status).toBe(422);
  expect(await db().sink.count({ where: { workspaceId } })).toBe(0);
  expect((await call("POST", "/sinks", made)).status).toBe(201);
  expect((await call("POST", "/sinks", made)).status).toBe(409);
});

test("another workspace's sink does not exist, and each verb needs its scope", async () => {
  const { call } = await setUp();
  const { body } = await call("POST", "/sinks", { name: "billing", url });
  const stranger = await setUp();
  const { secret } = await issueKey(stranger.owner);
  for (const [verb, path, given] of [
    ["GET", `/sinks/${body.id}`, undefined],
    ["PATCH", `/sinks/${body.id}`, { disabled: true }],
    ["DELETE", `/sinks/${body.id}`, undefined],
  ] as const) {
    expect((await stranger.call(verb, path, given)).status).toBe(404);
    expect((await apiClient(secret)(verb, path, given)).status).toBe(403);
    expect((await apiClient(null)(verb, path, given)).status).toBe(401);
  }
});
