import { request as send, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "@/lib/process/listeners/free-port";
import { edgeDialects, edgeScene, type EdgeScene } from "@/lib/testing/gateway/edge-scene";
import { issueKey } from "@/lib/testing/issue-key";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** Callers come from 127.0.0.2, so that they are not taken for the proxy. */
function call(
  origin: string,
  path: string,
  { method = "GET", headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const asked = send({ hostname, port, path, method, headers, localAddress: "127.0.0.2" }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, body: text });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

describe.each(edgeDialects)("the guide's %s", (dialect) => {
  let scene: EdgeScene;
  let key: { id: string; secret: string };

  beforeAll(async () => {
    scene = await edgeScene(dialect);
    const issued = await issueKey(scene.system, { name: "größer", scopes: ["read:invoices"] });
    key = { id: issued.key.id, secret: issued.secret };
    const deny = async (name: string, when: object) => {
      const rule = { name, effect: "deny", when, attachments: [{ service: "invoices" }] };
      expect(await scene.ask("POST", "/rules", rule)).toMatchObject({ status: 201 });
    };
    await deny("no-admin", { route: "/admin/**" });
    await deny("no-deleting", { method: ["DELETE"] });
    await deny("office-only", { route: "/office", not: { ip: "203.0.113.7" } });
  });
  beforeEach(() => void (scene.received.length = 0));
  afterAll(() => scene.stop());

  const ask = (path: string, { headers = {}, ...sent }: Sent = {}) =>
    call(scene.proxy.origin, path, { ...sent, headers: { "x-api-key": key.secret, ...headers } });

  it("forwards a call with a good key, whole, and says whose it is", async () => {
    const answer = await ask("/v1/7?a=%20b", { method: "POST", body: '{"a":1}' });
    expect(answer).toMatchObject({ status: 200, body: "from the upstream" });
    expect(scene.received).toMatchObject([
      {
        method: "POST",
        url: "/v1/7?a=%20b",
        headers: {
          "x-latchkey-key-id": key.id,
          "x-latchkey-key-name": "gr%C3%B6%C3%9Fer",
          "x-latchkey-scopes": "read:invoices",
          "x-latchkey-environment": "live",
          "x-latchkey-workspace": scene.slug,
          "x-latchkey-decision": expect.stringMatching(/^evt_/),
        },
      },
    ]);
    expect(String(scene.received[0]?.body)).toBe('{"a":1}');
    expect(JSON.stringify(scene.received)).not.toContain(key.secret);
  });

  it("lets nothing through without a key, or with a bad one", async () => {
    for (const headers of [{}, { authorization: "Bearer nonsense" }, { "x-api-key": "nonsense" }]) {
      const answer = await call(scene.proxy.origin, "/v1/7", { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    }
    expect(scene.received).toEqual([]);
  });

  it("judges method and path of the call, not of its own question", async () => {
    for (const [method, path, status] of [
      ["GET", "/admin", 403],
      ["GET", "/admin/keys?x=1", 403],
      ["DELETE", "/v1/7", 403],
      ["HEAD", "/admin", 403],
      ["OPTIONS", "/admin", 403],
      ["HEAD", "/v1/7", 200],
      ["PATCH", "/v1/7", 200],
    ] as const) {
      scene.received.length = 0;
      const answer = await ask(path, { method });
      expect([method, path, answer.status]).toEqual([method, path, status]);
      expect(answer.headers.location).toBeUndefined();
      expect(scene.received).toHaveLength(status === 200 ? 1 : 0);
    }
  });

  it("gives a refused caller the id of the decision, and lets the service's own refusals through", async () => {
    expect((await ask("/admin")).headers["x-latchkey-decision"]).toMatch(/^evt_/);
    expect(await ask("/forbidden")).toMatchObject({ status: 403, body: "from the upstream" });
  });

  it("does not believe what a caller says of its request", async () => {
    const claims = {
      "x-original-method": "GET",
      "x-original-host": "other.test",
      "x-forwarded-uri": "/v1/7",
      "x-forwarded-method": "GET",
      "x-forwarded-host": "other.test",
      "x-latchkey-proxy-key": "nonsense",
    };
    expect((await ask("/admin", { headers: claims })).status).toBe(403);
    expect((await ask("/v1/7", { method: "DELETE", headers: claims })).status).toBe(403);
    expect((await ask("/admin?workspace=other&service=open&status=200")).status).toBe(403);
    expect(scene.received).toEqual([]);
    const overrides = ["x-original-uri", "x-original-url", "x-rewrite-url", "X_Original_URI"];
    for (const name of overrides) {
      expect((await ask("/admin", { headers: { [name]: "/v1/7" } })).status).toBeGreaterThanOrEqual(400);
      await ask("/v1/7", { headers: { [name]: "/admin" } });
    }
    for (const { url, headers } of scene.received) {
      expect(url).toBe("/v1/7");
      expect(Object.values(headers)).not.toContain("/admin");
    }
  });

  it("does not believe what a caller says of its address", async () => {
    for (const headers of [
      {},
      { "x-forwarded-for": "203.0.113.7" },
      { "x-forwarded-for": "203.0.113.7, 127.0.0.1" },
      { "x-forwarded-for": ["203.0.113.7", "127.0.0.1"] },
      { "x-real-ip": "203.0.113.7", forwarded: "for=203.0.113.7" },
    ])
      expect([headers, (await ask("/office", { headers })).status]).toEqual([headers, 403]);
  });

  it("lets no caller say whose call it is, nor keep that from the service", async () => {
    const names = ["X-Latchkey-Key-Id", "X-Latchkey-Customer", "X_Latchkey_Key_Id", "x-latchkey-scopes"];
    for (const name of names) await ask("/v1/7", { headers: { [name]: "root" } });
    for (const connection of ["X-Latchkey-Key-Id", "close, x-latchkey-key-id, x-forwarded-uri"])
      await ask("/v1/7", { headers: { connection } });
    for (const { headers } of scene.received) {
      expect(headers["x-latchkey-key-id"]).toBe(key.id);
      expect(Object.entries(headers).filter(([, value]) => value === "root")).toEqual([]);
    }
  });

  it("passes on the Authorization that is the service's own, and no key of ours", async () => {
    const basic = { authorization: "Basic dXNlcjp3b3Jk" };
    expect((await ask("/v1/7", { headers: basic })).status).toBe(200);
    const bearer = { authorization: `Bearer ${key.secret}` };
    expect((await call(scene.proxy.origin, "/v1/7", { headers: bearer })).status).toBe(200);
    expect(scene.received.map(({ headers }) => headers.authorization || undefined)).toEqual([
      basic.authorization,
      undefined,
    ]);
  });

  it("tells a caller beyond its limit when to come again", async () => {
    const rateLimits = [{ name: "default", limit: 1, windowSeconds: 600 }];
    const { secret } = await issueKey(scene.system, { rateLimits });
    const headers = { "x-api-key": secret };
    expect((await call(scene.proxy.origin, "/v1/7", { headers })).status).toBe(200);
    const answer = await call(scene.proxy.origin, "/v1/7", { headers });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(answer.headers["ratelimit-policy"]).toContain("q=1");
  });

  it("refuses with 400 what no two upstreams read alike", async () => {
    for (const path of ["/v1/%2e%2e/admin", "/v1;x/7", "/v1/%252e", "//admin/keys", "/v1%5c7"])
      expect([path, (await ask(path)).status]).toEqual([path, 400]);
    expect(scene.received).toEqual([]);
  });

  it("lets nothing through while Latchkey cannot be reached, does not know the service or believes nobody", async () => {
    const silent = await scene.another({ latchkey: `127.0.0.1:${await freePort()}` });
    const status = (await call(silent.origin, "/v1/7", { headers: { "x-api-key": key.secret } })).status;
    expect(status).toBe(dialect === "nginx" ? 503 : 502);
    await silent.stop();
    const set = (forwardAuth: object) => scene.ask("PATCH", "/services/invoices", { forwardAuth });
    await set({ enabled: false, dialect, callers: ["127.0.0.1/32"] });
    expect((await ask("/v1/7")).status).toBe(404);
    await set({ enabled: true, dialect, callers: ["203.0.113.0/24"] });
    expect((await ask("/v1/7")).status).toBe(401);
    expect(scene.received).toEqual([]);
    await set({ enabled: true, dialect, callers: ["127.0.0.1/32"] });
    expect((await ask("/v1/7")).status).toBe(200);
  });

  it("is believed by a key of its own where its address is not listed", async () => {
    const { secret } = await issueKey(scene.system, { scopes: ["verify:keys"] });
    const service = await scene.addService({ callers: [] });
    const shown = await scene.another({
      service,
      also: (text) =>
        dialect === "nginx"
          ? text.replace('X-Latchkey-Proxy-Key ""', `X-Latchkey-Proxy-Key "${secret}"`)
          : text.replace(
              "# header_up X-Latchkey-Proxy-Key {$LATCHKEY_PROXY_KEY}",
              `header_up X-Latchkey-Proxy-Key ${secret}`,
            ),
    });
    const hidden = await scene.another({ service });
    const headers = { "x-api-key": key.secret };
    expect((await call(shown.origin, "/v1/7", { headers })).status).toBe(200);
    expect(scene.received[0]?.headers).toMatchObject({ "x-latchkey-key-id": key.id });
    expect(JSON.stringify(scene.received)).not.toContain(secret);
    expect((await call(hidden.origin, "/v1/7", { headers })).status).toBe(401);
    await shown.stop();
    await hidden.stop();
  });
});
