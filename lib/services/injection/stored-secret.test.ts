import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { currentRuleset } from "@/lib/rules/current";
import { createService } from "@/lib/services/create";
import { injectionOf } from "@/lib/services/injection/inject";
import { CreateService, UpdateService } from "@/lib/services/schema";
import { testService } from "@/lib/services/upstream/test-call";
import { updateService } from "@/lib/services/update";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const secret = "sk_planted_5d41402abc4b2a76";
let workspace: TestWorkspace;
let echo: Server;
let upstream: string;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  echo = createServer((request, response) => response.end(JSON.stringify([request.url, request.headers])));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const address = echo.address();
  upstream = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});

afterEach(() => echo.close());

const withBearer = (more: object = {}) =>
  createService(
    workspace.owner,
    CreateService.parse({
      slug: "stripe",
      upstream,
      injection: { kind: "bearer" },
      injectionSecret: secret,
      ...more,
    }),
  );
const change = (input: object) => updateService(workspace.owner, "stripe", UpdateService.parse(input));

async function sentToUpstream(): Promise<readonly string[] | undefined> {
  const service = (await currentRuleset(workspace.workspaceId)).services.get("stripe");
  if (service === undefined) throw new Error("There is no such service");
  const nothing = { method: "GET", target: "/", body: Buffer.alloc(0), nowMs: 0 };
  return injectionOf(service, () => nothing)?.headers;
}

test("a service's secret is written, used and never answered, listed, audited or stored in the open", async () => {
  const created = await withBearer();
  expect(created.injection).toEqual({ kind: "bearer" });
  expect(await sentToUpstream()).toEqual(["authorization", `Bearer ${secret}`]);
  const updated = await change({ injectionSecret: `${secret}2` });
  expect(await sentToUpstream()).toEqual(["authorization", `Bearer ${secret}2`]);
  const { rows: services } = await sql().query("select service::text as text from service where id = $1", [
    created.id,
  ]);
  const { rows: audited } = await sql().query(
    "select detail::text as text from audit_entry where workspace_id = $1",
    [workspace.workspaceId],
  );
  const everything = JSON.stringify([created, updated, services, audited]);
  expect(everything).not.toContain("planted");
  expect(everything).not.toContain(Buffer.from(secret).toString("hex"));
  expect(JSON.stringify(audited)).toContain("written");
});

test("a test call puts the secret in and hides it where the upstream repeats it", async () => {
  await withBearer();
  const bearer = await testService(workspace.owner, "stripe", { method: "GET", path: "/v1?a=1" });
  expect(bearer.body).toContain('"authorization":"(hidden)"');
  await change({ injection: { kind: "query", name: "key" } });
  const query = await testService(workspace.owner, "stripe", { method: "GET", path: "/v1?a=1" });
  expect(query.body).toContain("/v1?a=1&key=(hidden)");
  expect(bearer.body + query.body).not.toContain("planted");
});

test("a test call hides the secret in a redirect's address, and where the excerpt ends within it", async () => {
  const filler = "x".repeat(2_040);
  echo.removeAllListeners("request").on("request", (request, response) => {
    response.writeHead(302, { location: `https://elsewhere.test${request.url}` });
    response.end(`${filler}${request.url}`);
  });
  await withBearer({ injection: { kind: "query", name: "k" } });
  const answer = await testService(workspace.owner, "stripe", { method: "GET", path: "/" });
  expect(answer.headers.location).toBe("https://elsewhere.test/?k=(hidden)");
  expect(answer.body).toBe(`${filler}/?k=(hid`);
  expect(answer.truncated).toBe(true);
});

test("a secret does not follow its service to another address, unless it is written again", async () => {
  await withBearer();
  await expect(change({ upstream: "http://127.0.0.1:9" })).rejects.toMatchObject({ kind: "invalid" });
  await expect(change({ upstream: `${upstream}/v2` })).resolves.toMatchObject({ upstream: `${upstream}/v2` });
  await change({ upstream: "http://127.0.0.1:9", injectionSecret: "another" });
  expect(await sentToUpstream()).toEqual(["authorization", "Bearer another"]);
  await change({ upstream: "http://127.0.0.1:10", injection: null });
  expect(await sentToUpstream()).toBeUndefined();
  const row = await db().service.findFirst({ where: { workspaceId: workspace.workspaceId } });
  expect(row?.injectionSecret).toBeNull();
});

test.each([
  ["an injection without a secret", { injection: { kind: "bearer" } }],
  ["a secret without an injection", { injectionSecret: secret }],
  [
    "a header that frames the message",
    { injection: { kind: "header", name: "Content-Length" }, injectionSecret: secret },
  ],
  ["a secret that would end its header", { injection: { kind: "bearer" }, injectionSecret: "a\r\nx: y" }],
])("%s is refused", async (_name, input) => {
  const parsed = CreateService.safeParse({ slug: "stripe", upstream, ...input });
  if (!parsed.success) return expect(parsed.error.issues.length).toBeGreaterThan(0);
  await expect(createService(workspace.owner, parsed.data)).rejects.toMatchObject({ kind: "invalid" });
});
