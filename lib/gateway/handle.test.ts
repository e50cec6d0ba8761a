import { describe, expect, it } from "vitest";
import { Problem } from "@/lib/api/problem";
import type { GatewayPorts } from "@/lib/gateway/ports";
import type { Authentication } from "@/lib/keys/authentication/verified-key";
import {
  keyValue,
  rawRequest,
  recordingUpstream,
  sendRaw,
  testGateway,
  verifiedKey,
} from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const ada = keyValue("ada");
const withKey = `X-API-Key: ${ada}`;

async function scene(changes: Partial<GatewayPorts> = {}) {
  const upstream = await recordingUpstream();
  const target = { origin: upstream.origin, path: "" };
  const ruleset = testRuleset(
    [
      {
        rule: { name: "ada-reads", effect: "allow", when: { method: ["GET"], route: "/v1/{id?}" } },
        attachments: [{ serviceId: "svc_invoices" }],
      },
      {
        rule: {
          name: "no-secrets",
          effect: "deny",
          when: { route: "/v1/secret" },
          reason: { code: "SECRET", public: "That is secret." },
        },
        attachments: [{ serviceId: "svc_invoices" }],
      },
    ],
    [
      testService("invoices", { upstream: target }),
      testService("open", { upstream: target, visibility: "public", defaultVerdict: "allow" }),
      testService("based", {
        upstream: { origin: upstream.origin, path: "/base/v2" },
        visibility: "public",
        defaultVerdict: "allow",
      }),
    ],
  );
  return { ...upstream, ...(await testGateway(ruleset, changes)) };
}

const refusing = (authentication: Authentication): Partial<GatewayPorts> => ({
  authenticate: () => authentication,
});

describe("a call", () => {
  it("that the rules allow reaches the upstream, and its answer the caller, with one record", async () => {
    const { port, records, received } = await scene();
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7?a=%20b HTTP/1.1", withKey]));
    expect(answer).toMatchObject({ status: 200, clean: true });
    expect(answer.body).toContain("ok");
    expect(received).toMatchObject([{ method: "GET", url: "/v1/7?a=%20b" }]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      id: answer.headers["x-latchkey-decision"],
      workspaceId: "wsp_test",
      source: "gateway",
      credential: { id: "key_ada", secretId: "ada1", name: "ada", prefix: "lk_live", customerId: null },
      service: { id: "svc_invoices", slug: "invoices" },
      method: "GET",
      path: "/v1/7",
      route: "/v1/{id?}",
      address: "127.0.0.1",
      verdict: "allow",
      rules: ["ada-reads"],
      reason: "RULE",
      status: 200,
      requestBytes: 0,
      responseBytes: 2,
      count: 1,
    });
    const { totalUs, upstreamUs, decideUs, authenticateUs } = records[0] ?? {
      totalUs: 0,
      upstreamUs: 0,
      decideUs: 0,
      authenticateUs: 0,
    };
    expect(totalUs).toBeGreaterThanOrEqual((upstreamUs ?? Infinity) + decideUs + authenticateUs - 3);
  });

  it.each([
    ["/acme/based", "/base/v2"],
    ["/acme/based/", "/base/v2/"],
    ["/acme/based/x?y", "/base/v2/x?y"],
    ["/acme/open", "/"],
    ["/acme/open?x", "/?x"],
    ["/acme/open//a//%41", "/a/%41"],
  ])("of %s reaches the upstream as %s", async (target, url) => {
    const { port, received } = await scene();
    await sendRaw(port, rawRequest([`GET ${target} HTTP/1.1`]));
    expect(received).toMatchObject([{ url }]);
  });

  it("that a rule denies is 403 with the decision's id and the rule's public reason", async () => {
    const { port, records, received } = await scene();
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/secret HTTP/1.1", withKey]));
    expect(answer.status).toBe(403);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.body)).toMatchObject({
      type: "http://portal.test/docs/problems/forbidden",
      detail: "That is secret.",
      decision: records[0]?.id,
    });
    expect(records).toMatchObject([
      { verdict: "deny", status: 403, rules: ["no-secrets"], reason: "SECRET", upstreamUs: null },
    ]);
    expect(received).toEqual([]);
  });

  it("that no rule allows is 403 by the service's default", async () => {
    const { port, records } = await scene();
    expect((await sendRaw(port, rawRequest(["POST /acme/invoices/v1/7 HTTP/1.1", withKey]))).status).toBe(
      403,
    );
    expect(records).toMatchObject([{ reason: "DEFAULT_DENY", verdict: "deny" }]);
  });

  it("without a credential is 401 at a private service and goes on at a public one", async () => {
    const { port, records, received } = await scene();
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1"]));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain("Bearer");
    expect((await sendRaw(port, rawRequest(["GET /acme/open/x HTTP/1.1"]))).status).toBe(200);
    expect(records).toMatchObject([
      { reason: "NO_CREDENTIAL", status: 401, credential: null },
      { reason: "DEFAULT_ALLOW", status: 200, credential: null },
    ]);
    expect(received).toHaveLength(1);
  });

  it.each(["MALFORMED", "NOT_FOUND", "REVOKED", "EXPIRED", "DISABLED"] as const)(
    "with a key that is %s is 401, at a public service too",
    async (code) => {
      const { port, records, received } = await scene(
        refusing({ ok: false, code, key: code === "REVOKED" ? verifiedKey() : null }),
      );
      for (const service of ["invoices", "open"])
        expect(
          (await sendRaw(port, rawRequest([`GET /acme/${service}/v1/7 HTTP/1.1`, withKey]))).status,
        ).toBe(401);
      expect(records).toMatchObject([
        { reason: code, status: 401 },
        { reason: code, status: 401 },
      ]);
      expect(records[0]?.credential?.id).toBe(code === "REVOKED" ? "key_ada" : undefined);
      expect(received).toEqual([]);
    },
  );

  it("with another workspace's key reads as with a key that does not exist", async () => {
    const foreign = await scene(refusing({ ok: true, key: verifiedKey({ workspaceId: "wsp_other" }) }));
    const revoked = await scene(
      refusing({ ok: false, code: "REVOKED", key: verifiedKey({ workspaceId: "wsp_other" }) }),
    );
    const unknown = await scene(refusing({ ok: false, code: "NOT_FOUND", key: null }));
    const bodies = [];
    for (const { port } of [foreign, revoked, unknown]) {
      const { status, body } = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey]));
      bodies.push({ status, ...JSON.parse(body), instance: "" });
    }
    expect(bodies[0]).toEqual(bodies[2]);
    expect(bodies[1]).toEqual(bodies[2]);
    expect(foreign.records).toMatchObject([
      { reason: "NOT_FOUND", credential: null, workspaceId: "wsp_test" },
    ]);
  });

  it("while too many keys are checked is 503 with Retry-After", async () => {
    const { port, records } = await scene(refusing({ ok: false, code: "BUSY", key: null }));
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey]));
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
    expect(records).toMatchObject([{ reason: "BUSY", status: 503 }]);
  });

  it("of an unknown workspace is 404 without a record, of an unknown service with one", async () => {
    const { port, records } = await scene();
    const [workspace, service] = [
      await sendRaw(port, rawRequest(["GET /nobody/invoices/x HTTP/1.1"])),
      await sendRaw(port, rawRequest(["GET /acme/nothing/x HTTP/1.1"])),
    ];
    expect([workspace.status, service.status]).toEqual([404, 404]);
    expect({ ...JSON.parse(workspace.body), instance: "" }).toEqual({
      ...JSON.parse(service.body),
      instance: "",
    });
    expect(records).toMatchObject([{ reason: "NO_SERVICE", status: 404, service: null }]);
  });

  it("while no ruleset can be loaded is 503, never allowed", async () => {
    const gone = () => Promise.reject(new Problem("unavailable", "The database does not answer."));
    const { port, received } = await scene({ rulesetBySlug: gone });
    expect((await sendRaw(port, rawRequest(["GET /acme/open/x HTTP/1.1"]))).status).toBe(503);
    expect(received).toEqual([]);
  });

  it("is never forwarded when judging fails", async () => {
    const broken = () => {
      throw new Error("secret detail");
    };
    const { port, records, received } = await scene({ decide: broken });
    const answer = await sendRaw(port, rawRequest(["GET /acme/open/x HTTP/1.1"]));
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret detail");
    expect(records).toMatchObject([{ reason: "INTERNAL", verdict: "deny", status: 500 }]);
    expect(received).toEqual([]);
  });

  it("from an address that the key does not allow is 403", async () => {
    const { port, records } = await scene(
      refusing({ ok: true, key: verifiedKey({ allowedIps: ["10.0.0.0/8"] }) }),
    );
    expect((await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey]))).status).toBe(403);
    expect(records).toMatchObject([{ reason: "IP_FORBIDDEN", verdict: "deny" }]);
  });

  it("from a page whose origin the key does not list is 403; without an Origin nobody's page calls", async () => {
    const { port, records } = await scene(
      refusing({ ok: true, key: verifiedKey({ allowedOrigins: ["https://app.example.com"] }) }),
    );
    const from = async (...origins: string[]) => {
      const lines = origins.map((origin) => `Origin: ${origin}`);
      return (await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey, ...lines])))
        .status;
    };
    expect(await from("https://evil.example")).toBe(403);
    expect(await from("null")).toBe(403);
    expect(await from("https://app.example.com", "https://evil.example")).toBe(403);
    expect(records.map(({ reason }) => reason)).toEqual(Array(3).fill("ORIGIN_FORBIDDEN"));
    expect(await from("https://app.example.com")).toBe(200);
    expect(await from()).toBe(200);
  });

  it("over a limit is 429 with its headers, and the rules are asked before the limit is charged", async () => {
    let charged = 0;
    const states = [
      { name: "default", limit: 5, remaining: 0, windowSeconds: 60, resetAtMs: Date.now() + 30_000 },
    ];
    const { port, records, received } = await scene({
      consumeLimits: () => {
        charged++;
        return { ok: false, code: "RATE_LIMITED", retryAfterSeconds: 30, states };
      },
    });
    expect((await sendRaw(port, rawRequest(["GET /acme/invoices/v1/secret HTTP/1.1", withKey]))).status).toBe(
      403,
    );
    expect(charged).toBe(0);
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey]));
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({ "retry-after": "30", "ratelimit-policy": '"default";q=5;w=60' });
    expect(answer.headers.ratelimit).toContain('"default";r=0');
    expect(records[1]).toMatchObject({ verdict: "limited", reason: "RATE_LIMITED", status: 429 });
    expect(received).toEqual([]);
  });

  it("within a limit tells what is left", async () => {
    const states = [
      { name: "default", limit: 5, remaining: 4, windowSeconds: 60, resetAtMs: Date.now() + 30_000 },
    ];
    const { port } = await scene({ consumeLimits: async () => ({ ok: true, states }) });
    const answer = await sendRaw(port, rawRequest(["GET /acme/invoices/v1/7 HTTP/1.1", withKey]));
    expect([answer.status, answer.headers["ratelimit-policy"]]).toEqual([200, '"default";q=5;w=60']);
  });

  it("keeps the caller's request id and trace, and makes an id where there is none", async () => {
    const { port, records, received } = await scene();
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const answer = await sendRaw(
      port,
      rawRequest(["GET /acme/open/x HTTP/1.1", "X-Request-Id: mine-1", `Traceparent: ${trace}`]),
    );
    expect(answer.headers["x-request-id"]).toBe("mine-1");
    expect(received[0]?.headers).toMatchObject({ "x-request-id": "mine-1", traceparent: trace });
    expect(records[0]?.traceId).toBe("0af7651916cd43dd8448eb211c80319c");
    const other = await sendRaw(
      port,
      rawRequest(["GET /acme/open/x HTTP/1.1", 'X-Request-Id: "><script>', "Traceparent: 00-0-0-0"]),
    );
    expect(other.headers["x-request-id"]).toMatch(/^req_/);
    expect(records[1]?.traceId).toBeNull();
  });
});

describe("a request that is not canonical", () => {
  it.each([
    ["GET /acme/invoices/../open/x HTTP/1.1", "DOT_SEGMENT"],
    ["GET /acme/invoices/%2e%2e/open HTTP/1.1", "DOT_SEGMENT"],
    ["GET /acme/invoices/a%2fb HTTP/1.1", "ENCODED_SEPARATOR"],
    ["GET /acme/invoices/a%252fb HTTP/1.1", "DOUBLE_ENCODED"],
    ["GET /acme/invoices/a;b HTTP/1.1", "PATH_PARAMETERS"],
    ["GET /acme/invoices/a#b HTTP/1.1", "FRAGMENT"],
    ["GET http://other.test/acme/invoices/x HTTP/1.1", "TARGET_AUTHORITY"],
    ["PROPFIND /acme/invoices/x HTTP/1.1", "METHOD"],
    ["TRACE /acme/invoices/x HTTP/1.1", "METHOD"],
    ["GET /acme/invoices/x HTTP/1.1\r\nX-HTTP-Method-Override: DELETE", "METHOD_OVERRIDE"],
    ["GET /acme/invoices/x HTTP/1.1\r\nHost: other.test", "HOST"],
    ["GET /acme/invoices/x HTTP/1.1\r\nX-API-Key: a\r\nX-API-Key: a", "DUPLICATE_HEADER"],
    ["GET /acme/invoices/x HTTP/1.1\r\nExpect: miracles", "EXPECTATION"],
  ])("%j is 400 and recorded", async (line, code) => {
    const { port, records, received } = await scene();
    const answer = await sendRaw(port, rawRequest([line]));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code });
    expect(records).toMatchObject([
      { reason: "NOT_CANONICAL", verdict: "deny", status: 400, workspaceId: "wsp_test" },
    ]);
    expect(received).toEqual([]);
  });

  it("without a Host is 400 and recorded", async () => {
    const { port, records } = await scene();
    expect((await sendRaw(port, "GET /acme/open/x HTTP/1.1\r\nConnection: close\r\n\r\n")).status).toBe(400);
    expect((await sendRaw(port, "GET /acme/open/x HTTP/1.0\r\n\r\n")).status).toBe(400);
    expect((await sendRaw(port, "GET /acme/open/x\r\n\r\n")).status).toBe(400);
    expect(records.map(({ reason }) => reason)).toEqual(["NOT_CANONICAL", "NOT_CANONICAL", "NOT_CANONICAL"]);
  });

  it.each([
    "OPTIONS * HTTP/1.1",
    "CONNECT other.test:443 HTTP/1.1",
    "GET /acme HTTP/1.1",
    "GET / HTTP/1.1",
    "GET /ACME/open/x HTTP/1.1",
  ])("%s names no workspace, so it is refused without a record", async (line) => {
    const { port, records, received } = await scene();
    const answer = await sendRaw(port, rawRequest([line]));
    expect([400, 404]).toContain(answer.status);
    expect(records.filter(({ reason }) => reason !== "NO_SERVICE")).toEqual([]);
    expect(received).toEqual([]);
  });

  it("is recorded without a key that stands in its path", async () => {
    const { port, records } = await scene();
    await sendRaw(port, rawRequest([`GET /acme/invoices/x;hook_private_key=${ada} HTTP/1.1`]));
    await sendRaw(port, rawRequest([`GET /acme/invoices/${ada}/%2e%2e HTTP/1.1`]));
    await sendRaw(port, rawRequest([`GET /acme/open/${ada} HTTP/1.1`, `User-Agent: me ${ada}`]));
    expect(records).toHaveLength(3);
    expect(JSON.stringify(records)).not.toContain(ada);
  });

  it.each([
    ["no HTTP at all", "\u0000\u0001garbage\r\n\r\n", 400],
    [
      "both framings",
      rawRequest(
        ["POST /acme/open/x HTTP/1.1", "Content-Length: 3", "Transfer-Encoding: chunked"],
        "0\r\n\r\n",
      ),
      400,
    ],
    [
      "two lengths",
      rawRequest(["POST /acme/open/x HTTP/1.1", "Content-Length: 3", "Content-Length: 4"], "abcd"),
      400,
    ],
    ["a space before the colon", rawRequest(["GET /acme/open/x HTTP/1.1", "X-API-Key : a"]), 400],
    ["a folded header", rawRequest(["GET /acme/open/x HTTP/1.1", "X-A: a\r\n b"]), 400],
    ["an endless head", rawRequest(["GET /acme/open/x HTTP/1.1", `X-A: ${"a".repeat(40_000)}`]), 431],
  ])("%s is refused and never forwarded", async (_what, bytes, status) => {
    const { port, received, records } = await scene();
    expect((await sendRaw(port, bytes)).status).toBe(status);
    expect(received).toEqual([]);
    const recorded = bytes.includes("/acme/")
      ? [{ reason: "NOT_CANONICAL", path: "/acme/open/x", status, workspaceId: "wsp_test" }]
      : [];
    expect(records).toMatchObject(recorded);
  });
});

describe("/healthz", () => {
  it("is answered on that exact path only", async () => {
    const { port, records } = await scene();
    expect((await sendRaw(port, rawRequest(["GET /healthz HTTP/1.1"]))).status).toBe(200);
    expect((await sendRaw(port, rawRequest(["GET /healthz/x HTTP/1.1"]))).status).toBe(404);
    expect(records).toEqual([]);
  });
});
