import { describe, expect, it } from "vitest";
import { Service } from "@/lib/services/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp(scopes = ["platform:*"]) {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes });
  return apiClient(secret);
}

const invoices = { slug: "invoices", upstream: "http://127.0.0.1:9/api" };

describe("services over HTTP", () => {
  it("are made, read by id or slug, changed, listed and removed", async () => {
    const call = await setUp();
    const made = await call("POST", "/services", { ...invoices, name: "Invoices" });
    expect(made.status).toBe(201);
    const service = Service.parse(made.body);
    expect(service).toMatchObject({ kind: "proxy", visibility: "private", defaultVerdict: "deny" });
    expect((await call("GET", "/services/invoices")).body).toEqual(service);
    expect((await call("PATCH", `/services/${service.id}`, { visibility: "public" })).body).toMatchObject({
      visibility: "public",
    });
    expect((await call("GET", "/services?q=inv")).body).toMatchObject({
      items: [{ id: service.id }],
      nextCursor: null,
      total: 1,
    });
    expect((await call("DELETE", "/services/invoices")).status).toBe(204);
    expect((await call("GET", "/services/invoices")).status).toBe(404);
  });

  it("bad input is 422 at its place, a taken slug 409, an upstream that does not answer 502", async () => {
    const call = await setUp();
    expect((await call("POST", "/services", invoices)).status).toBe(201);
    expect((await call("POST", "/services", invoices)).status).toBe(409);
    for (const [path, input] of [
      ["slug", { slug: "keys" }],
      ["upstream", { upstream: "http://169.254.169.254/" }],
      ["upstream", { upstream: "https://user:word@api.example.com" }],
      ["connectTimeoutMs", { connectTimeoutMs: 1 }],
      ["colour", { colour: "red" }],
    ] as const) {
      const answer = await call("POST", "/services", { ...invoices, slug: "other", ...input });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    }
    expect((await call("PATCH", "/services/invoices", {})).status).toBe(422);
    expect((await call("POST", "/services/invoices/test", { path: "/" })).status).toBe(502);
  });

  it("required scopes come from an OpenAPI document: shown first, then stored", async () => {
    const call = await setUp();
    await call("POST", "/services", invoices);
    const security = [{ oauth: ["write:payments"] }];
    const document = { openapi: "3.1.0", paths: { "/pay/{id}": { post: { security } } } };
    const path = "/services/invoices/required-scopes/import";
    const requiredScopes = [{ methods: ["POST"], route: "/pay/{id}", scopes: ["write:payments"] }];
    const shown = await call("POST", `${path}?dryRun=true`, { document: JSON.stringify(document) });
    expect(shown).toMatchObject({ status: 200, body: { dryRun: true, requiredScopes, service: null } });
    expect((await call("GET", "/services/invoices")).body).toMatchObject({ requiredScopes: [] });
    expect((await call("POST", path, { document })).body).toMatchObject({ service: { requiredScopes } });
    expect((await call("GET", "/services/invoices")).body).toMatchObject({ requiredScopes });
    for (const input of [{}, { document: "swagger: 2" }, { document, mode: "x" }])
      expect((await call("POST", path, input)).status).toBe(422);
  });

  it("answers 401 without a credential, 403 without the scope, and 404 for another workspace's service", async () => {
    const call = await setUp();
    const { id } = (await call("POST", "/services", invoices)).body;
    const [stranger, powerless] = [await setUp(), await setUp(["read:invoices"])];
    const requests: [string, string, unknown?][] = [
      ["GET", "/services"],
      ["POST", "/services", { ...invoices, slug: "other" }],
      ["GET", `/services/${id}`],
      ["PATCH", `/services/${id}`, { name: "x" }],
      ["POST", `/services/${id}/test`, {}],
      ["POST", `/services/${id}/required-scopes/import`, { document: { openapi: "3.0.0" } }],
      ["DELETE", `/services/${id}`],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await apiClient(null)(method, path, body)).status]).toEqual([path, 401]);
      expect([path, (await powerless(method, path, body)).status]).toEqual([path, 403]);
      if (path.includes(id)) expect([path, (await stranger(method, path, body)).status]).toEqual([path, 404]);
    }
  });
});
