import { describe, expect, it } from "vitest";
import type { GatewayPorts } from "@/lib/gateway/ports";
import {
  ada,
  forwardAuthPath,
  forwardAuthScene,
  problemOf,
  toldByNginx,
  withKey,
} from "@/lib/testing/gateway/forward-auth";
import { keyValue, verifiedKey } from "@/lib/testing/gateway/gateway";

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
    const { ask, records } = await forwardAuthScene();
    const answer = await ask({ told });
    expect(answer.status).toBe(400);
    expect(problemOf(answer).code).toBe("PROXY_HEADERS");
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
      const { ask } = await forwardAuthScene({ settings: { dialect } });
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
    const { ask } = await forwardAuthScene();
    expect((await ask({ headers: [...withKey, claim] })).status).toBe(400);
  });
});

describe("a proxy that is not believed", () => {
  const elsewhere = { callers: ["203.0.113.0/24"] };

  it("is told 401 and nothing else, whatever it claims and asks about", async () => {
    const { ask, records } = await forwardAuthScene({ settings: elsewhere });
    const bodies = new Set<string>();
    for (const service of ["invoices", "open", "closed", "nothing"])
      for (const headers of [withKey, ["X-Forwarded-For: 203.0.113.9"], ["X-Real-IP: 203.0.113.9"]]) {
        const answer = await ask({ path: forwardAuthPath.replace("invoices", service), headers });
        expect(answer.status).toBe(401);
        expect(answer.headers).not.toHaveProperty("x-latchkey-key-id");
        bodies.add(problemOf(answer).detail);
      }
    expect((await ask({ path: forwardAuthPath.replace("acme", "nobody") })).status).toBe(401);
    expect(bodies.size).toBe(1);
    expect(records).toEqual([]);
  });

  it("is believed with a key of its own that holds verify:keys, and the caller's key stays the caller's", async () => {
    const proxy = keyValue("proxy");
    const authenticate: GatewayPorts["authenticate"] = (value) => ({
      ok: true,
      key: value === proxy ? verifiedKey({ keyId: "key_proxy", scopes: ["verify:keys"] }) : verifiedKey(),
    });
    const { ask, records } = await forwardAuthScene({ settings: elsewhere, ports: { authenticate } });
    const shown = `X-Latchkey-Proxy-Key: ${proxy}`;
    expect(await ask({ headers: [...withKey, shown] })).toMatchObject({
      status: 204,
      headers: { "x-latchkey-key-id": "key_ada" },
    });
    expect((await ask({ headers: [shown] })).status).toBe(401);
    expect((await ask({ headers: [...withKey, shown, shown] })).status).toBe(400);
    for (const service of ["nothing", "closed"])
      expect(
        (await ask({ path: forwardAuthPath.replace("invoices", service), headers: [...withKey, shown] }))
          .status,
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
    const { ask, records } = await forwardAuthScene({
      settings: elsewhere,
      ports: { authenticate: () => ({ ok: true, key }) },
    });
    expect((await ask({ headers: [`X-Latchkey-Proxy-Key: ${ada}`] })).status).toBe(status);
    expect(records).toEqual([]);
  });

  it("is not believed with a key that is revoked or none", async () => {
    for (const code of ["REVOKED", "NOT_FOUND", "MALFORMED"] as const) {
      const { ask } = await forwardAuthScene({
        settings: elsewhere,
        ports: { authenticate: () => ({ ok: false, code, key: null }) },
      });
      expect((await ask({ headers: [`X-Latchkey-Proxy-Key: ${ada}`] })).status).toBe(401);
    }
  });
});

describe("a service", () => {
  it("that forward-auth is off for does not exist, even for its own proxies", async () => {
    const { ask } = await forwardAuthScene();
    expect((await ask({ path: forwardAuthPath.replace("invoices", "closed") })).status).toBe(404);
  });

  it.each(["", "?workspace=acme", "?service=invoices", "?workspace=acme&service=invoices&service=open"])(
    "must be named once: %s",
    async (query) => {
      const { ask } = await forwardAuthScene();
      expect((await ask({ path: `/api/v1/forward-auth${query}` })).status).toBe(400);
    },
  );

  it.each(["&x=1", "&status=200", "&status=403&status=403"])("is not asked about with %s", async (more) => {
    const { ask } = await forwardAuthScene();
    expect((await ask({ path: `${forwardAuthPath}${more}` })).status).toBe(400);
  });
});
