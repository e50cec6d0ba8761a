import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalRequest } from "@/lib/gateway/canonical";
import { lenientPath } from "@/lib/gateway/hostile/reading";
import { servedPath } from "@/lib/gateway/served-path";
import { keyValue, rawRequest, recordingUpstream, sendRaw, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";
import { defaultPaths, type ServicePaths } from "@/lib/services/schema";

function served(path: string, paths: Partial<ServicePaths>) {
  const headers = [["host", "gateway.test"]] as const;
  const canonical = canonicalRequest({
    method: "GET",
    target: `/acme/s${path}`,
    httpVersion: "1.1",
    headers,
  });
  if ("refused" in canonical) throw new Error(canonical.refused);
  return servedPath(canonical, { ...defaultPaths, ...paths });
}

describe("what a service makes of a path", () => {
  it.each<[string, Partial<ServicePaths>, string, string | undefined]>([
    ["/v1/a%20b", {}, "/v1/a%20b", undefined],
    ["/v1/a", { stripPrefix: "/v1" }, "/a", "/a"],
    ["/v1/%61", { stripPrefix: "/v1" }, "/%61", "/a"],
    ["/%761/a", { stripPrefix: "/v1" }, "/a", "/a"],
    ["/v1", { stripPrefix: "/v1" }, "", "/"],
    ["/v1/", { stripPrefix: "/v1" }, "/", "/"],
    ["/V1/a", { stripPrefix: "/v1", caseSensitive: false }, "/a", "/a"],
    ["/a", { addPrefix: "/api/v2" }, "/api/v2/a", "/api/v2/a"],
    ["", { addPrefix: "/api" }, "/api", "/api"],
    ["/", { addPrefix: "/api" }, "/api/", "/api/"],
    ["/", { addPrefix: "/api", trailingSlash: "strict" }, "/api", "/api"],
    ["/", { trailingSlash: "strict" }, "", undefined],
    ["/v1/x/a/", { stripPrefix: "/v1/x", addPrefix: "/y" }, "/y/a/", "/y/a/"],
  ])("%s with %j is forwarded as %s", (path, paths, forwardPath, rewritten) => {
    expect(served(path, paths)).toMatchObject({ forwardPath });
    const { rewritten: read } = { rewritten: undefined, ...served(path, paths) };
    expect(read).toEqual(
      rewritten === undefined
        ? undefined
        : { path: rewritten, segments: rewritten.split("/").filter((segment) => segment !== "") },
    );
  });

  it.each<[string, Partial<ServicePaths>, string]>([
    ["/a/", { trailingSlash: "strict" }, "TRAILING_SLASH"],
    ["/v2/a", { stripPrefix: "/v1" }, "OUTSIDE_PREFIX"],
    ["/v11/a", { stripPrefix: "/v1" }, "OUTSIDE_PREFIX"],
    ["/V1/a", { stripPrefix: "/v1" }, "OUTSIDE_PREFIX"],
    ["/v1", { stripPrefix: "/v1/x" }, "OUTSIDE_PREFIX"],
    ["", { stripPrefix: "/v1" }, "OUTSIDE_PREFIX"],
  ])("%s with %j is refused: %s", (path, paths, refused) => {
    expect(served(path, paths)).toEqual({ refused });
  });
});

describe("for any path and any policy", () => {
  const piece = fc.constantFrom(
    "/",
    "/v1",
    "/V1",
    "/a",
    "/%61",
    "/%76%31",
    "//",
    "/.",
    "/%2e%2e",
    "/é",
    "/a;b",
    "%2f",
    "..",
  );
  const prefix = fc.constantFrom("", "/v1", "/a", "/v1/a", "/internal");
  const policies = fc.record({
    caseSensitive: fc.boolean(),
    trailingSlash: fc.constantFrom("ignore" as const, "strict" as const),
    stripPrefix: prefix,
    addPrefix: prefix,
  });

  it("what is forwarded reads as what is judged, to the most lenient upstream", () => {
    let rewritten = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), policies, (pieces, paths) => {
        const target = `/acme/s${Buffer.from(pieces.join("")).toString("latin1")}`;
        const headers = [["host", "gateway.test"]] as const;
        const canonical = canonicalRequest({ method: "GET", target, httpVersion: "1.1", headers });
        if ("refused" in canonical) return;
        const made = servedPath(canonical, paths);
        if ("refused" in made) return;
        if (made.rewritten !== undefined) rewritten++;
        const judged = made.rewritten ?? made;
        expect(lenientPath(made.forwardPath)).toBe(`/${judged.segments.join("/")}`);
        if (paths.trailingSlash === "strict") expect(made.forwardPath).not.toMatch(/\/$/);
        if (paths.stripPrefix === "" && paths.addPrefix === "") expect(made.rewritten).toBeUndefined();
        else expect(made.forwardPath.startsWith(paths.addPrefix)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(rewritten).toBeGreaterThan(200);
  });
});

describe("at the gateway", () => {
  const rewriting = { ...defaultPaths, stripPrefix: "/v1", addPrefix: "/internal" };

  async function scene() {
    const upstream = await recordingUpstream();
    const target = { origin: upstream.origin, path: "/base" };
    const options = { upstream: target, visibility: "public", defaultVerdict: "allow" } as const;
    const ruleset = testRuleset(
      [
        { rule: { name: "no-internal-keys", effect: "deny", when: { route: "/internal/keys/**" } } },
        { rule: { name: "no-v1-users", effect: "deny", when: { route: "/v1/users" } } },
      ],
      [
        testService("moved", { ...options, paths: rewriting }),
        testService("strict", { ...options, paths: { ...defaultPaths, trailingSlash: "strict" } }),
        testService("reading", { ...options, methods: ["GET"] }),
        testService("guarded", {
          ...options,
          requiredScopes: [{ route: "/pay", scopes: ["write:payments"] }],
        }),
      ],
    );
    return { ...upstream, ...(await testGateway(ruleset)) };
  }
  const get = (target: string, ...lines: string[]) => rawRequest([`GET ${target} HTTP/1.1`, ...lines]);

  it("the upstream receives exactly the rewritten path, and the record tells the one that was asked for", async () => {
    const { port, received, records } = await scene();
    expect((await sendRaw(port, get("/acme/moved/v1/a%20b/?q=1"))).status).toBe(200);
    expect(received).toMatchObject([{ url: "/base/internal/a%20b/?q=1" }]);
    expect(records).toMatchObject([{ path: "/v1/a b/", verdict: "allow" }]);
  });

  it("a rule that denies counts for the path as asked and as rewritten", async () => {
    const { port, received, records } = await scene();
    expect((await sendRaw(port, get("/acme/moved/v1/keys/7"))).status).toBe(403);
    expect((await sendRaw(port, get("/acme/moved/v1/users"))).status).toBe(403);
    expect(received).toEqual([]);
    expect(records).toMatchObject([{ rules: ["no-internal-keys"] }, { rules: ["no-v1-users"] }]);
  });

  it("a path without the prefix is 404 and one with a strict slash 400, both recorded", async () => {
    const { port, received, records } = await scene();
    expect((await sendRaw(port, get("/acme/moved/v2/a"))).status).toBe(404);
    const slashed = await sendRaw(port, get("/acme/strict/a/"));
    expect(JSON.parse(slashed.body)).toMatchObject({ status: 400, code: "TRAILING_SLASH" });
    expect(records).toMatchObject([
      { verdict: "deny", reason: "OUTSIDE_PREFIX", status: 404, service: { slug: "moved" } },
      { verdict: "deny", reason: "NOT_CANONICAL", status: 400, service: { slug: "strict" } },
    ]);
    expect(received).toEqual([]);
  });

  it("a method that the service does not take is 405 and told which it takes", async () => {
    const { port, received, records } = await scene();
    const answer = await sendRaw(port, rawRequest(["POST /acme/reading/a HTTP/1.1"]));
    expect(answer).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    expect(records).toMatchObject([{ verdict: "deny", reason: "METHOD_NOT_ALLOWED" }]);
    expect((await sendRaw(port, rawRequest(["HEAD /acme/reading/a HTTP/1.1"]))).status).toBe(200);
    expect(received).toHaveLength(1);
  });

  it("a call without a scope that its route needs is told which: 401 without a key, 403 with one", async () => {
    const { port, received, records } = await scene();
    expect((await sendRaw(port, get("/acme/guarded/pay"))).status).toBe(401);
    const answer = await sendRaw(port, get("/acme/guarded/pay", `X-API-Key: ${keyValue("ada")}`));
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 403,
      code: "SCOPE_REQUIRED",
      requiredScopes: ["write:payments"],
      decision: records[1]?.id,
    });
    expect(records).toMatchObject([{ reason: "SCOPE_REQUIRED" }, { reason: "SCOPE_REQUIRED" }]);
    expect(received).toEqual([]);
  });
});
