import { beforeAll, describe, expect, it } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

let mine: Awaited<ReturnType<typeof world>>;
let other: Awaited<ReturnType<typeof world>>;
beforeAll(async () => {
  [mine, other] = [await world(), await world()];
});

/** A workspace with services that forward-auth is on and off for; nobody is believed by address. */
async function world() {
  const { system, slug } = await createTestWorkspace();
  const admin = apiClient((await issueKey(system, { scopes: ["platform:*", "*:*"] })).secret);
  for (const [name, enabled] of [
    ["invoices", true],
    ["closed", false],
  ] as const) {
    const forwardAuth = { enabled, dialect: "caddy", callers: [] };
    const service = { slug: name, upstream: "http://127.0.0.1:9", defaultVerdict: "allow", forwardAuth };
    expect(await admin("POST", "/services", service)).toMatchObject({ status: 201 });
  }
  const key = async (scopes: string[], more = {}) => (await issueKey(system, { scopes, ...more })).secret;
  return {
    slug,
    admin,
    proxy: await key(["verify:keys"]),
    caller: await key(["read:invoices"]),
    limited: await key([], { rateLimits: [{ name: "default", limit: 1, windowSeconds: 600 }] }),
  };
}

interface Question {
  verb?: string;
  workspace?: string;
  service?: string;
  /** The proxy's own key; null for none. */
  proxy?: string | null;
  /** The caller's. */
  key?: string;
  method?: string;
  uri?: string;
  headers?: Record<string, string>;
}

function ask(question: Question = {}) {
  const { verb = "GET", workspace = mine.slug, service = "invoices", proxy = mine.proxy, key } = question;
  const { method = "GET", uri = "/v1/7", headers = {} } = question;
  return apiClient(key ?? null)(verb, `/forward-auth?workspace=${workspace}&service=${service}`, undefined, {
    "x-forwarded-method": method,
    "x-forwarded-uri": uri,
    "x-forwarded-host": "api.example.com",
    "x-forwarded-for": "203.0.113.7",
    ...(proxy === null ? {} : { "x-latchkey-proxy-key": proxy }),
    ...headers,
  });
}

describe("forward-auth", () => {
  it("answers a proxy that shows its key, with any verb", async () => {
    for (const verb of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answer = await ask({ verb, key: mine.caller });
      expect([verb, answer.status]).toEqual([verb, 204]);
      expect(answer.headers.get("x-latchkey-scopes")).toBe("read:invoices");
    }
    for (const verb of ["GET", "POST", "DELETE", "OPTIONS"])
      expect([verb, (await ask({ verb })).status]).toEqual([verb, 401]);
  });

  it("takes a browser's preflight for the caller's, whom it lets through only with a key", async () => {
    const headers = { origin: "https://app.example.com", "access-control-request-method": "GET" };
    expect((await ask({ verb: "OPTIONS", method: "OPTIONS", headers })).status).toBe(401);
  });

  it("lets nobody but a proxy of the workspace ask", async () => {
    expect((await ask({ proxy: null, key: mine.caller })).status).toBe(401);
    expect((await ask({ proxy: "nonsense", key: mine.caller })).status).toBe(401);
    expect((await ask({ proxy: mine.caller, key: mine.caller })).status).toBe(403);
    expect((await ask({ proxy: null, key: mine.proxy })).status).toBe(401);
    for (const service of ["invoices", "nothing"])
      expect(await ask({ proxy: other.proxy, key: mine.caller, service })).toMatchObject({ status: 404 });
    for (const service of ["closed", "nothing"])
      expect(await ask({ key: mine.caller, service })).toMatchObject({ status: 404 });
    expect((await ask({ workspace: "nobody-has-this", key: mine.caller })).status).toBe(404);
  });

  it("does not know another workspace's keys", async () => {
    const answer = await ask({ key: other.caller });
    expect(answer).toMatchObject({ status: 401, body: { code: "NOT_FOUND" } });
    expect(answer.headers.get("x-latchkey-key-id")).toBeNull();
  });

  it("takes the call from the caller's limits, and says when to come again", async () => {
    expect((await ask({ key: mine.limited })).headers.get("ratelimit-policy")).toContain("q=1");
    const answer = await ask({ key: mine.limited });
    expect(answer).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("records what it decided, from forward-auth, under the id that it answered", async () => {
    const decision = (await ask({ key: mine.caller, uri: "/v1/recorded" })).headers.get(
      "x-latchkey-decision",
    );
    await expect
      .poll(async () => (await mine.admin("GET", `/decisions/${decision}`)).body, { timeout: 15_000 })
      .toMatchObject({
        source: "forward-auth",
        service: "invoices",
        path: "/v1/recorded",
        address: "203.0.113.7",
        verdict: "allow",
        status: 204,
      });
  });
});
