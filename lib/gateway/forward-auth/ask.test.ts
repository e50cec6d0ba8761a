import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { copiedHeaders } from "@/lib/gateway/forward-auth/answer";
import { answerForwardAuth } from "@/lib/gateway/forward-auth/handler";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { Problem } from "@/lib/api/problem";
import type { ForwardAuth } from "@/lib/services/schema";
import { keyValue, type RawAnswer, sendRaw, standIns, verifiedKey } from "@/lib/testing/gateway";
import { testRuleset, testService } from "@/lib/testing/ruleset";

const ada = keyValue("ada");
const path = "/api/v1/forward-auth?workspace=acme&service=invoices";
const believed = ["127.0.0.0/8"];

interface Scene {
  settings?: Partial<ForwardAuth>;
  ports?: Partial<GatewayPorts>;
}

/** Forward-auth in front of a private service with rules; the test itself is the proxy. */
async function scene({ settings = {}, ports: changes = {} }: Scene = {}) {
  const forwardAuth = { enabled: true, dialect: "nginx", callers: believed, ...settings } as const;
  const ruleset = testRuleset(
    [
      { rule: { name: "ada-reads", effect: "allow", when: { method: ["GET"], route: "/v1/{id?}" } } },
      { rule: { name: "ada-writes", effect: "allow", when: { method: ["POST"], route: "/v1" } } },
      {
        rule: {
          name: "small-only",
          effect: "deny",
          when: { method: ["POST"], body: { amount: { gt: 100 } } },
        },
      },
      {
        rule: {
          name: "no-secrets",
          effect: "deny",
          when: { route: "/v1/secret" },
          reason: { code: "SECRET", public: "That is secret." },
        },
      },
      {
        rule: {
          name: "office-only",
          effect: "deny",
          when: { route: "/v1/office" },
          unless: { ip: "203.0.113.7" },
        },
      },
    ],
    [
      testService("invoices", { forwardAuth }),
      testService("open", { forwardAuth, visibility: "public", defaultVerdict: "allow" }),
      testService("closed", { forwardAuth: { ...forwardAuth, enabled: false } }),
      testService("scoped", {
        forwardAuth,
        defaultVerdict: "allow",
        requiredScopes: [{ route: "/**", scopes: ["write:invoices"] }],
      }),
    ],
  );
  const rooms = standIns(ruleset, changes);
  const { ports } = rooms;
  const server = createServer((request, response) => answerForwardAuth({ request, response, ports }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { ...rooms, ask: (asked: Asked = {}) => sendRaw(port, question(asked)) };
}

interface Asked {
  verb?: string;
  path?: string;
  /** Headers that tell the original request; without them nginx' own for `GET /v1/7`. */
  told?: readonly string[];
  headers?: readonly string[];
  body?: string;
}

const toldByNginx = (changes: { method?: string; uri?: string; host?: string; from?: string } = {}) => {
  const { method = "GET", uri = "/v1/7", host = "api.test", from = "203.0.113.7" } = changes;
  return [
    `X-Original-Method: ${method}`,
    `X-Original-URI: ${uri}`,
    `X-Original-Host: ${host}`,
    `X-Forwarded-For: ${from}`,
  ];
};

const withKey = [`Authorization: Bearer ${ada}`];

function question({
  verb = "GET",
  path: asked = path,
  told = toldByNginx(),
  headers = withKey,
  body = "",
}: Asked) {
  const lines = [
    `${verb} ${asked} HTTP/1.1`,
    "Host: latchkey.test",
    ...told,
    ...headers,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

const problem = (answer: RawAnswer): { detail: string; code?: string } => JSON.parse(answer.body);

describe("a believed proxy", () => {
  it("is told that a call may pass, whose it is and what to forward, with one record", async () => {
    const { ask, records, recorded } = await scene();
    const answer = await ask({ told: toldByNginx({ uri: `/v1/7?a=%20b&hook_private_key=${ada}` }) });
    expect(answer).toMatchObject({
      status: 204,
      body: "",
      headers: {
        "x-latchkey-workspace": "acme",
        "x-latchkey-key-id": "key_ada",
        "x-latchkey-key-name": "ada",
        "x-latchkey-environment": "live",
        "x-latchkey-scopes": "read:invoices",
        "x-latchkey-uri": "/v1/7?a=%20b",
        "cache-control": "no-store",
      },
    });
    expect(await recorded()).toMatchObject({
      id: answer.headers["x-latchkey-decision"],
      source: "forward-auth",
      credential: { id: "key_ada" },
      service: { slug: "invoices" },
      method: "GET",
      path: "/v1/7",
      route: "/v1/{id?}",
      address: "203.0.113.7",
      verdict: "allow",
      rules: ["ada-reads"],
      status: 204,
    });
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain(ada);
  });

  it("gets the same verdict whatever the verb of its own question", async () => {
    const { ask } = await scene();
    for (const verb of ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "PROPFIND"]) {
      expect(await ask({ verb })).toMatchObject({ status: 204 });
      expect(await ask({ verb, told: toldByNginx({ method: "DELETE" }) })).toMatchObject({ status: 403 });
    }
  });

  it("is told each refusal as the gateway would word it, never a redirect, each recorded as the caller should see it", async () => {
    const { ask, records } = await scene();
    const cases: [Asked, number, object][] = [
      [{ headers: [] }, 401, { reason: "NO_CREDENTIAL" }],
      [{ headers: ["X-API-Key: nonsense"] }, 401, { reason: "MALFORMED" }],
      [{ told: toldByNginx({ uri: "/v1/secret" }) }, 403, { reason: "SECRET", rules: ["no-secrets"] }],
      [{ told: toldByNginx({ uri: "/v2" }) }, 403, { reason: "DEFAULT_DENY" }],
      [{ told: toldByNginx({ method: "TRACE" }) }, 400, { reason: "NOT_CANONICAL", method: "TRACE" }],
      [{ told: toldByNginx({ uri: "/v1/%2e%2e/secret" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ uri: "//v1/7" }) }, 400, { reason: "NOT_CANONICAL", path: "//v1/7" }],
      [{ told: toldByNginx({ uri: "http://other.test/v1/7" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ uri: "*" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ told: toldByNginx({ host: "a b" }) }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [...withKey, "X-HTTP-Method-Override: DELETE"] }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [`X-API-Key: ${ada}`, `X-API-Key: ${ada}`] }, 400, { reason: "NOT_CANONICAL" }],
      [{ headers: [...withKey, `X-API-Key: ${keyValue("bob")}`] }, 400, { reason: "TWO_CREDENTIALS" }],
    ];
    for (const [index, [asked, status, record]] of cases.entries()) {
      const answer = await ask(asked);
      expect([asked, answer.status]).toEqual([asked, status]);
      expect(answer.headers).toMatchObject({
        "content-type": "application/problem+json",
        "x-latchkey-status": String(status),
      });
      expect(answer.headers).not.toHaveProperty("location");
      expect(records[index]).toMatchObject({ source: "forward-auth", verdict: "deny", status, ...record });
    }
    expect(records).toHaveLength(cases.length);
  });

  it("that understands 401 and 403 only gets no other refusal, and the one that is meant beside it", async () => {
    const { ask, records } = await scene();
    const only = `${path}&status=403`;
    const cases: [Asked, number, string][] = [
      [{ headers: [] }, 401, "401"],
      [{ told: toldByNginx({ uri: "/v2" }) }, 403, "403"],
      [{ told: toldByNginx({ uri: "//v1" }) }, 403, "400"],
      [
        { path: `${only.replace("invoices", "nothing")}`, headers: [`X-Latchkey-Proxy-Key: ${ada}`] },
        403,
        "403",
      ],
    ];
    for (const [asked, status, meant] of cases)
      expect(await ask({ path: only, ...asked })).toMatchObject({
        status,
        headers: { "x-latchkey-status": meant },
      });
    expect(records.map(({ status }) => status)).toEqual([401, 403, 400]);
  });

  it("is told the limits, and on a refusal when to come again", async () => {
    const states = [
      { name: "default", limit: 5, remaining: 4, windowSeconds: 60, resetAtMs: Date.now() + 30_000 },
    ];
    const within = await scene({ ports: { consumeLimits: () => ({ ok: true, states }) } });
    expect((await within.ask()).headers).toMatchObject({ "ratelimit-policy": '"default";q=5;w=60' });
    const refusal = { ok: false, code: "RATE_LIMITED", retryAfterSeconds: 7, states } as const;
    const beyond = await scene({ ports: { consumeLimits: () => refusal } });
    const answer = await beyond.ask();
    expect(answer).toMatchObject({
      status: 429,
      headers: { "retry-after": "7", "x-latchkey-status": "429" },
    });
    expect(answer.headers).toHaveProperty("ratelimit");
    expect(beyond.records).toMatchObject([{ verdict: "limited", reason: "RATE_LIMITED", status: 429 }]);
  });

  it("is refused what a call's scopes do not cover, before any rule", async () => {
    const { ask, records } = await scene();
    const answer = await ask({ path: path.replace("invoices", "scoped") });
    expect(answer.status).toBe(403);
    expect(records).toMatchObject([{ reason: "SCOPE_REQUIRED" }]);
  });

  it("never gets a verdict while there is no ruleset or no record could be kept", async () => {
    const none = await scene({
      ports: {
        rulesetBySlug: () => Promise.reject(new Problem("unavailable", "No ruleset is loaded.")),
      },
    });
    expect((await none.ask()).status).toBe(503);
    expect(await none.ask({ path: `${path}&status=403` })).toMatchObject({
      status: 403,
      headers: { "x-latchkey-status": "503" },
    });
    const full = await scene({ ports: { recordingRefusal: () => "The disk is full." } });
    expect(await full.ask()).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  });

  it("is given back the Authorization that is the upstream's, and never ours", async () => {
    const { ask } = await scene();
    const basic = "Authorization: Basic dXNlcjp3b3Jk";
    const theirs = await ask({ headers: [basic, `X-API-Key: ${ada}`] });
    expect(theirs).toMatchObject({ status: 204, headers: { authorization: "Basic dXNlcjp3b3Jk" } });
    const ours = await ask();
    expect(ours.status).toBe(204);
    expect(ours.headers).not.toHaveProperty("authorization");
  });

  it("that copies headers whether they are there or not is told every one of them", async () => {
    const { ask } = await scene({ settings: { dialect: "caddy" } });
    const told = [
      "X-Forwarded-Method: GET",
      "X-Forwarded-Uri: /v1/7",
      "X-Forwarded-Host: a",
      "X-Forwarded-For: ::1",
    ];
    const { headers } = await ask({ told });
    for (const name of copiedHeaders) expect(headers).toHaveProperty(name);
    expect(headers).toMatchObject({
      "x-latchkey-key-id": "key_ada",
      "x-latchkey-customer": "",
      authorization: "",
    });
  });
});

describe("the caller's address", () => {
  it.each([
    ["203.0.113.7", 204],
    ["198.51.100.1, 203.0.113.7", 204],
    ["203.0.113.7, 198.51.100.1", 403],
    ["203.0.113.7, 127.0.0.9", 204],
    ["198.51.100.1, 127.0.0.9,127.0.0.8", 403],
    ["203.0.113.7, unknown", 403],
    ["203.0.113.7, 198.51.100.1:80", 403],
    ["::ffff:203.0.113.7", 204],
    [",", 403],
  ])("%s is the last that is no proxy: %i", async (from, status) => {
    const { ask } = await scene();
    expect((await ask({ told: toldByNginx({ uri: "/v1/office", from }) })).status).toBe(status);
  });
});

describe("the body of a call", () => {
  const write = toldByNginx({ method: "POST", uri: "/v1" });
  const forwardedWrite = [
    "X-Forwarded-Method: POST",
    "X-Forwarded-Uri: /v1",
    "X-Forwarded-Host: api.test",
    "X-Forwarded-For: 203.0.113.7",
  ];
  const json = (amount: number, padding = "") => {
    const body = JSON.stringify({ amount, padding });
    return {
      headers: [...withKey, "Content-Type: application/json", `Content-Length: ${body.length}`],
      body,
    };
  };

  it("that the proxy kept back is never taken for none: what reads it denies", async () => {
    const { ask } = await scene();
    expect((await ask({ told: write })).status).toBe(403);
    const traefik = await scene({ settings: { dialect: "traefik" } });
    expect((await traefik.ask({ told: forwardedWrite })).status).toBe(403);
  });

  it("that the proxy sends along is judged, up to 1 MiB", async () => {
    const { ask } = await scene({ settings: { dialect: "traefik" } });
    const told = forwardedWrite;
    expect((await ask({ verb: "POST", told, ...json(7) })).status).toBe(204);
    expect((await ask({ verb: "POST", told, ...json(700) })).status).toBe(403);
    expect((await ask({ verb: "POST", told, ...json(7, "x".repeat(1_100_000)) })).status).toBe(403);
  });

  it("that nginx announces and never sends is refused at once and ends the connection", async () => {
    const { ask } = await scene();
    const answer = await ask({ headers: [...withKey, "Content-Length: 50"] });
    expect(answer).toMatchObject({ status: 400, headers: { connection: "close" } });
    expect(problem(answer).code).toBe("PROXY_HEADERS");
  });
});

describe("what is told", () => {
  it.each([
    ["no method", toldByNginx().slice(1)],
    ["no address", toldByNginx().filter((line) => !line.startsWith("X-Original-URI"))],
    ["no host", toldByNginx().filter((line) => !line.startsWith("X-Original-Host"))],
    ["nothing of where it came from", toldByNginx().slice(0, 3)],
    ["an empty address", toldByNginx({ uri: "" })],
    ["two methods", [...toldByNginx(), "X-Original-Method: GET"]],
    ["two addresses", ["X-Original-URI: /v1/secret", ...toldByNginx()]],
    ["two hosts", [...toldByNginx(), "x-original-host: other.test"]],
    [
      "another dialect's headers",
      ["X-Forwarded-Method: GET", "X-Forwarded-Uri: /v1/7", "X-Forwarded-Host: a"],
    ],
  ])("with %s is refused, and recorded without a verdict of the rules", async (_what, told) => {
    const { ask, records } = await scene();
    const answer = await ask({ told });
    expect(answer.status).toBe(400);
    expect(problem(answer).code).toBe("PROXY_HEADERS");
    expect(records).toMatchObject([
      { verdict: "deny", reason: "PROXY_HEADERS", credential: null, rules: [] },
    ]);
  });

  it("is read in the service's dialect only", async () => {
    const told = [
      "X-Forwarded-Method: GET",
      "X-Forwarded-Uri: /v1/7",
      "X-Forwarded-Host: a",
      "X-Forwarded-For: ::1",
    ];
    for (const dialect of ["caddy", "traefik"] as const) {
      const { ask } = await scene({ settings: { dialect } });
      expect((await ask({ told })).status).toBe(204);
      expect((await ask({ told: [...told, "X-Original-URI: /v1/secret"] })).status).toBe(400);
      expect((await ask({ told: toldByNginx() })).status).toBe(400);
    }
  });

  it.each([
    "X-Latchkey-Key-Id: key_root",
    "X_Latchkey_Key_Id: key_root",
    "X-Original-URL: /v1/secret",
    "X_Rewrite_URL: /",
  ])("of a caller that sends %s is refused, for an upstream might believe it", async (claim) => {
    const { ask } = await scene();
    expect((await ask({ headers: [...withKey, claim] })).status).toBe(400);
  });
});

describe("a proxy that is not believed", () => {
  const elsewhere = { callers: ["203.0.113.0/24"] };

  it("is told 401 and nothing else, whatever it claims and asks about", async () => {
    const { ask, records } = await scene({ settings: elsewhere });
    const bodies = new Set<string>();
    for (const service of ["invoices", "open", "closed", "nothing"])
      for (const headers of [withKey, ["X-Forwarded-For: 203.0.113.9"], ["X-Real-IP: 203.0.113.9"]]) {
        const answer = await ask({ path: path.replace("invoices", service), headers });
        expect(answer.status).toBe(401);
        expect(answer.headers).not.toHaveProperty("x-latchkey-key-id");
        bodies.add(problem(answer).detail);
      }
    expect((await ask({ path: path.replace("acme", "nobody") })).status).toBe(401);
    expect(bodies.size).toBe(1);
    expect(records).toEqual([]);
  });

  it("is believed with a key of its own that holds verify:keys, and the caller's key stays the caller's", async () => {
    const proxy = keyValue("proxy");
    const authenticate: GatewayPorts["authenticate"] = (value) => ({
      ok: true,
      key: value === proxy ? verifiedKey({ keyId: "key_proxy", scopes: ["verify:keys"] }) : verifiedKey(),
    });
    const { ask, records } = await scene({ settings: elsewhere, ports: { authenticate } });
    const shown = `X-Latchkey-Proxy-Key: ${proxy}`;
    expect(await ask({ headers: [...withKey, shown] })).toMatchObject({
      status: 204,
      headers: { "x-latchkey-key-id": "key_ada" },
    });
    expect((await ask({ headers: [shown] })).status).toBe(401);
    expect((await ask({ headers: [...withKey, shown, shown] })).status).toBe(400);
    for (const service of ["nothing", "closed"])
      expect(
        (await ask({ path: path.replace("invoices", service), headers: [...withKey, shown] })).status,
      ).toBe(404);
    expect(records.map(({ reason }) => reason)).toEqual(["RULE", "NO_CREDENTIAL"]);
  });

  it.each([
    ["without verify:keys", { scopes: ["read:invoices", "*:*"] }, 403],
    ["of a customer", { customer: { id: "c", externalId: "c", name: "c", metadata: {} } }, 403],
    ["that may not be used from there", { allowedIps: ["203.0.113.0/24"] }, 403],
    ["of another workspace", { workspaceId: "wsp_other" }, 404],
  ])("is not believed with a key %s", async (_what, changes, status) => {
    const key = verifiedKey({ scopes: ["verify:keys"], ...changes });
    const { ask, records } = await scene({
      settings: elsewhere,
      ports: { authenticate: () => ({ ok: true, key }) },
    });
    expect((await ask({ headers: [`X-Latchkey-Proxy-Key: ${ada}`] })).status).toBe(status);
    expect(records).toEqual([]);
  });

  it("is not believed with a key that is revoked or none", async () => {
    for (const code of ["REVOKED", "NOT_FOUND", "MALFORMED"] as const) {
      const { ask } = await scene({
        settings: elsewhere,
        ports: { authenticate: () => ({ ok: false, code, key: null }) },
      });
      expect((await ask({ headers: [`X-Latchkey-Proxy-Key: ${ada}`] })).status).toBe(401);
    }
  });
});

describe("a service", () => {
  it("that forward-auth is off for does not exist, even for its own proxies", async () => {
    const { ask } = await scene();
    expect((await ask({ path: path.replace("invoices", "closed") })).status).toBe(404);
  });

  it.each(["", "?workspace=acme", "?service=invoices", "?workspace=acme&service=invoices&service=open"])(
    "must be named once: %s",
    async (query) => {
      const { ask } = await scene();
      expect((await ask({ path: `/api/v1/forward-auth${query}` })).status).toBe(400);
    },
  );

  it.each(["&x=1", "&status=200", "&status=403&status=403"])("is not asked about with %s", async (more) => {
    const { ask } = await scene();
    expect((await ask({ path: `${path}${more}` })).status).toBe(400);
  });
});
