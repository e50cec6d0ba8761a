import { expect, inject, test, vi } from "vitest";
import { z } from "zod";
import { ReplayLine } from "@/lib/rules/replay/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp(scopes = ["platform:*"]) {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  const replay = (body: string, signal?: AbortSignal) =>
    fetch(new URL("/api/v1/rules/replay", inject("apiOrigin")), {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body,
      ...(signal === undefined ? {} : { signal }),
    });
  return { ...workspace, secret, call: apiClient(secret), replay };
}

async function linesOf(response: Response): Promise<ReplayLine[]> {
  const text = await response.text();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => ReplayLine.parse(JSON.parse(line)));
}

const hour = () => new Date(Date.now() - 3_600_000).toISOString();
const draft = { name: "no-writes", effect: "deny", when: { method: "POST" } };
const Listed = z.object({ items: z.array(z.object({ id: z.string() })) });

test("calls that were asked about are replayed over HTTP, with what they carried", async () => {
  const { call, replay } = await setUp();
  await call("POST", "/services", {
    slug: "orders",
    upstream: "http://127.0.0.1:9",
    defaultVerdict: "allow",
  });
  const { body: made } = await call("POST", "/keys", { name: "caller", scopes: ["invoke:services"] });
  const asked = { service: "orders", key: made.secret, path: "/v1/orders" };
  for (const [method, tier] of [
    ["GET", "pro"],
    ["POST", "pro"],
    ["POST", "free"],
  ])
    expect(
      (await call("POST", "/authorize", { ...asked, method, headers: { "X-Tier": tier } })).body.verdict,
    ).toBe("allow");
  await vi.waitFor(
    async () =>
      expect(Listed.parse((await call("GET", "/decisions?source=authorize")).body).items).toHaveLength(3),
    { timeout: 10_000 },
  );
  const free = { ...draft, when: { header: { "x-tier": "free" } }, attachments: [{ service: "orders" }] };
  const response = await replay(
    JSON.stringify({ draft: free, from: hour(), filters: { service: "orders" } }),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
  expect((await linesOf(response)).at(-1)).toMatchObject({
    type: "result",
    scanned: 3,
    counts: { same: 2, newlyDenied: 1, newlyAllowed: 0, unknown: 0, outside: 0 },
    groups: [{ credential: { name: "caller" }, service: "orders", newlyDenied: 1 }],
  });
});

test("a wrong question is refused before anything is streamed, with the place", async () => {
  const { replay } = await setUp();
  for (const [body, status, path] of [
    [JSON.stringify({ draft: { ...draft, when: { route: "nope" } }, from: hour() }), 422, "when.route"],
    [JSON.stringify({ draft, from: "yesterday" }), 422, "from"],
    [JSON.stringify({ draft, from: hour(), colour: 1 }), 422, "colour"],
    [JSON.stringify({ remove: "nope", from: hour() }), 422, "remove"],
    [`{"from":"${hour()}","draft":{"name":"x","effect":"allow","effect":"deny"}}`, 422, "draft.effect"],
    ["{", 400, null],
  ] as const) {
    const response = await replay(body);
    const answer = z
      .looseObject({ errors: z.array(z.object({ path: z.string() })).optional() })
      .parse(await response.json());
    expect({ body, status: response.status }).toEqual({ body, status });
    if (path !== null) expect(answer.errors?.map((error) => error.path)).toContain(path);
  }
});

test("both rules and decisions must be readable, and another workspace's decisions are not there", async () => {
  const body = JSON.stringify({ draft, from: hour() });
  for (const scopes of [["read:rules"], ["read:decisions"]])
    expect((await (await setUp(scopes)).replay(body)).status).toBe(403);
  const stranger = await setUp(["read:rules", "read:decisions"]);
  expect((await linesOf(await stranger.replay(body))).at(-1)).toMatchObject({ type: "result", scanned: 0 });
});
