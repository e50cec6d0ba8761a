import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";
import { createRule } from "@/lib/rules/create";
import { currentRuleset, currentRulesetBySlug } from "@/lib/rules/current";
import { listRules } from "@/lib/rules/read";
import { createService } from "@/lib/services/create";
import { deleteService } from "@/lib/services/delete";
import { listServices, readService } from "@/lib/services/read";
import { CreateService, UpdateService } from "@/lib/services/schema";
import { testService } from "@/lib/services/upstream/test-call";
import { updateService } from "@/lib/services/update";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

const invoices = { slug: "invoices", upstream: "http://127.0.0.1:9/api/" };
const create = (input: object) => createService(workspace.owner, CreateService.parse(input));

describe("services", () => {
  it("a new service stands in the very next snapshot, private and locked down unless it says otherwise", async () => {
    const service = await create(invoices);
    expect(service).toMatchObject({
      slug: "invoices",
      name: "invoices",
      kind: "proxy",
      upstream: "http://127.0.0.1:9/api",
      visibility: "private",
      defaultVerdict: "deny",
    });
    const ruleset = await currentRulesetBySlug(workspace.slug);
    expect(ruleset?.services.get("invoices")).toMatchObject({
      id: service.id,
      upstream: { origin: "http://127.0.0.1:9", path: "/api" },
    });
  });

  it("a change counts at once and makes a version", async () => {
    await create(invoices);
    const before = (await currentRuleset(workspace.workspaceId)).version;
    await updateService(
      workspace.owner,
      "invoices",
      UpdateService.parse({ slug: "bills", defaultVerdict: "allow" }),
    );
    const ruleset = await currentRuleset(workspace.workspaceId);
    expect(ruleset.version).toBe(before + 1);
    expect(ruleset.services.get("invoices")).toBeUndefined();
    expect(ruleset.services.get("bills")).toMatchObject({ defaultVerdict: "allow" });
  });

  it("a slug is taken once in a workspace", async () => {
    await create(invoices);
    await create({ ...invoices, slug: "other" });
    await expect(create(invoices)).rejects.toMatchObject({ kind: "conflict" });
    await expect(updateService(workspace.owner, "other", { slug: "invoices" })).rejects.toMatchObject({
      kind: "conflict",
    });
    const stranger = await createTestWorkspace();
    await expect(createService(stranger.owner, CreateService.parse(invoices))).resolves.toMatchObject({
      slug: "invoices",
    });
    await expect(readService((await createTestWorkspace()).owner, "invoices")).rejects.toMatchObject({
      kind: "not-found",
    });
  });

  it.each([
    "http://169.254.169.254/latest",
    "http://[::ffff:169.254.169.254]",
    "http://10.1.2.3:8080",
    "http://[fd00::1]/",
  ])("an upstream at %s is refused when it is written, and nothing is stored", async (upstream) => {
    await expect(create({ slug: "inner", upstream })).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "upstream" }] },
    });
    expect((await listServices(workspace.owner, { limit: 10 })).total).toBe(0);
  });

  it.each([
    ["ftp://files.example.com", "http or https"],
    ["//evil.example.com", "http or https"],
    ["https://user:word@api.example.com", "user name"],
    ["https://api.example.com/?a=1", "query"],
    ["https://api.example.com/#x", "fragment"],
  ])("the upstream %s is refused in words", (upstream, word) => {
    const parsed = CreateService.safeParse({ slug: "a", upstream });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ["upstream"],
      message: expect.stringContaining(word),
    });
  });

  it.each([
    "keys",
    "datastore",
    "events",
    "logs",
    "new",
    "admin",
    "Invoices",
    "-a",
    "a_b",
    "a".repeat(64),
    "",
  ])("the slug %s is refused", (slug) => {
    expect(CreateService.safeParse({ ...invoices, slug }).success).toBe(false);
  });

  it("deleting a service keeps its rules and takes only that place from them, in one version", async () => {
    await create(invoices);
    await create({ ...invoices, slug: "reports" });
    const keyId = "key_cell";
    await db().key.create({
      data: {
        workspaceId: workspace.workspaceId,
        id: keyId,
        name: "cell",
        environment: "live",
        createdBy: "system",
      },
    });
    const attachments = [{ service: "invoices", credential: keyId }, { service: "reports" }];
    await createRule(workspace.owner, { name: "cell", effect: "allow", attachments });
    await createRule(workspace.owner, {
      name: "only",
      effect: "allow",
      attachments: [{ service: "invoices" }],
    });
    const before = (await currentRuleset(workspace.workspaceId)).version;
    expect(await deleteService(workspace.owner, "invoices")).toBe(before + 1);
    expect((await listRules(workspace.owner, { limit: 10 })).items).toMatchObject([
      { name: "cell", attachments: [{ service: "reports" }], version: before + 1 },
      { name: "only", attachments: [], version: before + 1 },
    ]);
    await expect(deleteService(workspace.owner, "invoices")).rejects.toMatchObject({ kind: "not-found" });
  });

  it("pages by slug and searches", async () => {
    for (const slug of ["c", "a", "b"]) await create({ ...invoices, slug });
    const first = await listServices(workspace.owner, { limit: 2 });
    const second = await listServices(workspace.owner, { limit: 2, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map((service) => service.slug)).toEqual(["a", "b", "c"]);
    expect((await listServices(workspace.owner, { limit: 2, q: "B" })).items).toMatchObject([{ slug: "b" }]);
    for (const q of ["%", "_", "\\"])
      expect([q, (await listServices(workspace.owner, { limit: 2, q })).total]).toEqual([q, 0]);
  });

  it("without its scope nothing can be seen or changed", async () => {
    await create(invoices);
    const actor = { ...workspace.owner, scopes: ["*:*"] };
    for (const work of [
      () => createService(actor, CreateService.parse({ ...invoices, slug: "x" })),
      () => readService(actor, "invoices"),
      () => listServices(actor, { limit: 1 }),
      () => updateService(actor, "invoices", { name: "x" }),
      () => deleteService(actor, "invoices"),
      () => testService(actor, "invoices", { method: "GET", path: "/" }),
    ])
      await expect(work()).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("a test call", () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === "/base/hang") return;
      response.setHeader("content-type", "text/plain");
      response.end(
        request.url === "/base/long"
          ? "x".repeat(100_000)
          : `saw ${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? "nobody"}`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const upstream = () => {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}/base`;
  };

  it("shows status, latency and the beginning of the body, and sends no credential", async () => {
    await create({ slug: "echo", upstream: upstream() });
    expect(await testService(workspace.owner, "echo", { method: "GET", path: "/v1?x=1" })).toMatchObject({
      status: 200,
      body: "saw GET /base/v1?x=1 nobody",
      truncated: false,
      headers: { "content-type": "text/plain" },
    });
    const long = await testService(workspace.owner, "echo", { method: "GET", path: "/long" });
    expect(long).toMatchObject({ truncated: true });
    expect(long.body).toHaveLength(2_048);
  });

  it("calls the path that the service makes of the one that is asked for", async () => {
    const paths = { stripPrefix: "/v1", addPrefix: "/internal", trailingSlash: "strict" };
    await create({ slug: "moved", upstream: upstream(), paths });
    const answer = await testService(workspace.owner, "moved", { method: "GET", path: "/v1/a%20b?x=1" });
    expect(answer.body).toBe("saw GET /base/internal/a%20b?x=1 nobody");
    for (const path of ["/v2/a", "/v1/a/"])
      await expect(testService(workspace.owner, "moved", { method: "GET", path })).rejects.toMatchObject({
        kind: "invalid",
        extra: { errors: [{ path: "path" }] },
      });
  });

  it("says in words when the upstream hangs, refuses or may not be called", async () => {
    await create({ slug: "hang", upstream: upstream(), responseTimeoutMs: 200 });
    await expect(
      testService(workspace.owner, "hang", { method: "GET", path: "/hang" }),
    ).rejects.toMatchObject({ kind: "upstream-timeout" });
    await create({ slug: "closed", upstream: "http://127.0.0.1:9" });
    await expect(testService(workspace.owner, "closed", { method: "GET", path: "/" })).rejects.toMatchObject({
      kind: "upstream-unreachable",
    });
    await expect(
      testService(workspace.owner, "closed", { method: "GET", path: "/%2e%2e/x" }),
    ).rejects.toMatchObject({ kind: "invalid" });
    await db().service.updateMany({
      where: { workspaceId: workspace.workspaceId, slug: "closed" },
      data: { upstream: "http://169.254.169.254" },
    });
    await expect(testService(workspace.owner, "closed", { method: "GET", path: "/" })).rejects.toThrow(
      /not called/,
    );
    expect(env().PRIVATE_ADDRESSES).toContain("127.0.0.0/8");
  });
});
