import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { currentRuleset } from "@/lib/rules/current";
import { createService } from "@/lib/services/create";
import { readService } from "@/lib/services/read";
import { CreateService, defaultForwardAuth, defaultPaths, UpdateService } from "@/lib/services/schema";
import { updateService } from "@/lib/services/update";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

const invoices = { slug: "invoices", upstream: "http://127.0.0.1:9" };
const create = (input: object) =>
  createService(workspace.owner, CreateService.parse({ ...invoices, ...input }));
const update = (input: object) => updateService(workspace.owner, "invoices", UpdateService.parse(input));

const policies = {
  methods: ["GET", "POST"],
  requiredScopes: [
    { methods: ["POST"], route: "/pay/{id?}", scopes: ["write:payments"] },
    { route: "/**", scopes: ["read:payments"] },
  ],
  paths: { caseSensitive: false, trailingSlash: "strict", stripPrefix: "/v1", addPrefix: "/api" },
  forwardAuth: { enabled: true, dialect: "traefik", callers: ["10.0.0.0/8", "::1/128"] },
};

describe("a service's methods, required scopes, paths and forward-auth", () => {
  it("have defaults that refuse nothing", async () => {
    const defaults = {
      methods: [],
      requiredScopes: [],
      paths: defaultPaths,
      forwardAuth: defaultForwardAuth,
    };
    expect(await create({})).toMatchObject(defaults);
  });

  it("of a row from before there were any are those defaults, in the API and in the ruleset", async () => {
    const { workspaceId } = workspace;
    await db().service.create({
      data: { workspaceId, id: "svc_old", slug: "old", name: "Old", upstream: "http://127.0.0.1:9" },
    });
    const defaults = {
      methods: [],
      requiredScopes: [],
      paths: defaultPaths,
      forwardAuth: defaultForwardAuth,
    };
    expect(await readService(workspace.owner, "old")).toMatchObject(defaults);
    await updateService(workspace.owner, "old", { name: "Renamed" });
    expect((await currentRuleset(workspaceId)).services.get("old")).toMatchObject(defaults);
  });

  it("are stored, answered, changed each for itself, and stand in the very next snapshot", async () => {
    expect(await create(policies)).toMatchObject(policies);
    expect(await update({ methods: [], paths: { stripPrefix: "/v2" } })).toMatchObject({
      methods: [],
      requiredScopes: policies.requiredScopes,
      paths: { ...defaultPaths, stripPrefix: "/v2" },
      forwardAuth: policies.forwardAuth,
    });
    const service = (await currentRuleset(workspace.workspaceId)).services.get("invoices");
    expect(service).toMatchObject({ methods: [], paths: { stripPrefix: "/v2" } });
  });

  it("hold each method once, and scopes in their usual spelling", async () => {
    const made = await create({
      methods: ["GET", "GET"],
      requiredScopes: [{ route: "/a", scopes: ["datastore::set"] }],
    });
    expect(made).toMatchObject({ methods: ["GET"], requiredScopes: [{ scopes: ["set:datastore"] }] });
  });

  it.each([
    ["/a/{id}{x}", "requiredScopes.1.route"],
    ["/a/../b", "requiredScopes.1.route"],
    ["/a?b", "requiredScopes.1.route"],
    ["/a/{id?}/b", "requiredScopes.1.route"],
    ["/%61", "requiredScopes.1.route"],
  ])("refuse the route %s at its place, and store nothing", async (route, path) => {
    const requiredScopes = [
      { route: "/ok", scopes: ["read:a"] },
      { route, scopes: ["read:a"] },
    ];
    await expect(create({ requiredScopes })).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path }] },
    });
    await expect(readService(workspace.owner, "invoices")).rejects.toMatchObject({ kind: "not-found" });
    await create({});
    await expect(update({ requiredScopes })).rejects.toMatchObject({ kind: "invalid" });
    expect((await readService(workspace.owner, "invoices")).requiredScopes).toEqual([]);
  });

  it.each<[object, string]>([
    [{ methods: ["TRACE"] }, "methods.0"],
    [{ requiredScopes: [{ route: "a", scopes: ["read:a"] }] }, "requiredScopes.0.route"],
    [{ requiredScopes: [{ route: "/a", scopes: [] }] }, "requiredScopes.0.scopes"],
    [{ requiredScopes: [{ route: "/a", scopes: ["Read Everything"] }] }, "requiredScopes.0.scopes.0"],
    [{ requiredScopes: [{ route: "/a", scopes: ["read:a"], methods: [] }] }, "requiredScopes.0.methods"],
    [{ requiredScopes: [{ route: "/a", scopes: ["read:a"], any: true }] }, "requiredScopes.0"],
    [{ requiredScopes: Array(1_001).fill({ route: "/a", scopes: ["read:a"] }) }, "requiredScopes"],
    [{ paths: { stripPrefix: "v1" } }, "paths.stripPrefix"],
    [{ paths: { stripPrefix: "/v1/" } }, "paths.stripPrefix"],
    [{ paths: { addPrefix: "/a/../b" } }, "paths.addPrefix"],
    [{ paths: { addPrefix: "/%2e%2e" } }, "paths.addPrefix"],
    [{ paths: { addPrefix: "/a;b" } }, "paths.addPrefix"],
    [{ paths: { trailingSlash: "redirect" } }, "paths.trailingSlash"],
    [{ forwardAuth: { callers: ["10.0.0.0/33"] } }, "forwardAuth.callers.0"],
    [{ forwardAuth: { callers: ["proxy.internal"] } }, "forwardAuth.callers.0"],
    [{ forwardAuth: { dialect: "haproxy" } }, "forwardAuth.dialect"],
  ])("refuse %j at %s", (input, path) => {
    const read = CreateService.safeParse({ ...invoices, ...input });
    expect(read.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
    expect(UpdateService.safeParse(input).success).toBe(false);
  });
});
