import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { withoutPortalCookies } from "@/lib/gateway/upstream/request-headers";
import {
  keyValue,
  rawRequest,
  recordingUpstream,
  sendRaw,
  testGateway,
  verifiedKey,
} from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function scene(answer?: Answer, changes: Partial<GatewayPorts> = {}) {
  const upstream = await recordingUpstream(answer);
  const service = testService("open", {
    upstream: { origin: upstream.origin, path: "" },
    visibility: "public",
    defaultVerdict: "allow",
  });
  return { ...upstream, ...(await testGateway(testRuleset([], [service]), changes)) };
}

const get = (...lines: string[]) => rawRequest(["GET /acme/open/x HTTP/1.1", ...lines]);

describe("the forwarded request", () => {
  it("says whose call it is", async () => {
    const key = verifiedKey({
      name: "Ada's key\r\nX-Admin: 1 — ü",
      customer: { id: "cus_1", externalId: "northwind", name: "Northwind", metadata: {} },
      scopes: ["read:invoices", "write:submissions"],
    });
    const { port, received, records } = await scene(undefined, { authenticate: () => ({ ok: true, key }) });
    await sendRaw(port, get(`X-API-Key: ${keyValue("ada")}`));
    expect(received[0]?.headers).toMatchObject({
      "x-latchkey-workspace": "acme",
      "x-latchkey-key-id": "key_ada",
      "x-latchkey-key-name": "Ada's key%0D%0AX-Admin: 1 %E2%80%94 %C3%BC",
      "x-latchkey-customer": "northwind",
      "x-latchkey-scopes": "read:invoices write:submissions",
      "x-latchkey-environment": "live",
      "x-latchkey-decision": records[0]?.id,
    });
  });

  it("carries no identity that the caller made up, in either spelling", async () => {
    const { port, received } = await scene();
    const forged = [
      "X-Latchkey-Key-Id",
      "X_Latchkey_Key_Id",
      "x-latchkey-anything",
      "X-Forwarded-User",
      "X-Forwarded-Prefix",
      "X-Forwarded-Port",
      "Forwarded",
      "X-Real-IP",
      "X_Real_IP",
      "True-Client-IP",
      "CF-Connecting-IP",
      "X-Original-URL",
      "X-Rewrite-URL",
      "X_Rewrite_URL",
      "X-Remote-User",
      "Remote-User",
      "X-Auth-Request-Email",
      "X-Client-Cert",
      "X-SSL-Client-Verify",
      "X-Consumer-Id",
    ];
    await sendRaw(port, get(...forged.map((name) => `${name}: forged`)));
    expect(received[0]?.rawHeaders).not.toContain("forged");
  });

  it("tells where it came from, and believes only a trusted proxy about that", async () => {
    const claims = ["X-Forwarded-For: 9.9.9.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.test"];
    const plain = await scene();
    await sendRaw(plain.port, get(...claims));
    expect(plain.received[0]?.headers).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "gateway.test",
    });
    const proxied = await scene(undefined, {
      isTrustedProxy: (address) => address === "127.0.0.1",
      clientAddress: (peer, forwardedFor) => forwardedFor ?? peer ?? null,
    });
    await sendRaw(proxied.port, get(...claims));
    expect(proxied.received[0]?.headers).toMatchObject({
      "x-forwarded-for": "9.9.9.9, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "evil.test",
    });
    expect(proxied.records[0]?.address).toBe("9.9.9.9");
  });

  it("holds no hop-by-hop header, nothing that Connection names, and the upstream's own Host once", async () => {
    const { port, received, origin } = await scene();
    const hops = [
      "Keep-Alive: 5",
      "Proxy-Authorization: x",
      "Proxy-Connection: x",
      "TE: trailers",
      "Trailer: X-T",
      "X-Hop: x",
      "HTTP2-Settings: x",
    ];
    const request = [
      "GET /acme/open/x HTTP/1.1",
      "Host: gateway.test",
      "Connection: close, X-Hop",
      "X-End: stays",
      ...hops,
      "",
      "",
    ];
    await sendRaw(port, request.join("\r\n"));
    const names =
      received[0]?.rawHeaders.filter((_each, index) => index % 2 === 0).map((name) => name.toLowerCase()) ??
      [];
    for (const name of [
      "keep-alive",
      "proxy-authorization",
      "proxy-connection",
      "te",
      "trailer",
      "x-hop",
      "http2-settings",
      "upgrade",
    ])
      expect(names).not.toContain(name);
    expect(names.filter((name) => name === "host")).toHaveLength(1);
    expect(received[0]?.headers).toMatchObject({ host: new URL(origin).host, "x-end": "stays" });
  });

  it.each([
    ["a length", ["Content-Length: 3"], "abc", { "content-length": "3" }],
    [
      "chunks, whose trailers end here",
      ["Transfer-Encoding: chunked", "Trailer: X-T"],
      "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
      { "transfer-encoding": "chunked" },
    ],
  ])("has exactly one framing when it came with %s", async (_what, framing, body, expected) => {
    const { port, received } = await scene();
    await sendRaw(port, rawRequest(["POST /acme/open/x HTTP/1.1", ...framing], body));
    const { headers, body: got } = received[0] ?? { headers: {}, body: Buffer.alloc(0) };
    expect(got.toString()).toBe("abc");
    expect(headers).toMatchObject(expected);
    expect(Number("content-length" in headers) + Number("transfer-encoding" in headers)).toBe(1);
    expect(headers).not.toHaveProperty("trailer");
  });

  it("keeps doubled headers, their order and their bytes", async () => {
    const { port, received } = await scene();
    await sendRaw(port, get("X-A: 1", "X-B: caf\u00c3\u00a9", "X-A: 2"));
    const raw = received[0]?.rawHeaders ?? [];
    expect(raw.slice(raw.indexOf("x-a"), raw.indexOf("x-a") + 6)).toEqual([
      "x-a",
      "1",
      "x-b",
      "caf\u00c3\u00a9",
      "x-a",
      "2",
    ]);
  });

  it("carries a GET's body too", async () => {
    const { port, received } = await scene();
    await sendRaw(port, rawRequest(["GET /acme/open/x HTTP/1.1", "Content-Length: 3"], "abc"));
    expect(received[0]?.body.toString()).toBe("abc");
  });
});

describe("cookies", () => {
  it.each([
    ["a=1; b=2", "a=1; b=2"],
    ["next-auth.session-token=s", ""],
    ["a=1; next-auth.session-token=s; b=2", "a=1; b=2"],
    ["next-auth.session-token.0=s;next-auth.session-token.1=t; a=1", "a=1"],
    ["__Secure-next-auth.session-token=s; a=1", "a=1"],
    ["__Host-next-auth.csrf-token=s; a=1", "a=1"],
    ["latchkey-workspace=w;a=1", "a=1"],
    ["__Host-latchkey-session=w; a=1", "a=1"],
    ["Next-Auth.callback-url=x; a=1", "a=1"],
    ["a=next-auth.session-token", "a=next-auth.session-token"],
    ["my-latchkey-x=1", "my-latchkey-x=1"],
  ])("of the portal are taken out of %j", async (sent, kept) => {
    expect(withoutPortalCookies(sent)).toBe(kept);
    const { port, received } = await scene();
    await sendRaw(port, get(`Cookie: ${sent}`));
    expect(received[0]?.headers.cookie ?? "").toBe(kept);
  });

  it("that an upstream sets never reach a browser", async () => {
    const { port } = await scene((_request, response) => {
      response.setHeader("Set-Cookie", ["next-auth.session-token=evil; Path=/", "a=1"]);
      response.end("ok");
    });
    const answer = await sendRaw(port, get());
    expect(answer.status).toBe(200);
    expect(answer.rawHead.toLowerCase()).not.toContain("cookie");
  });
});

describe("the answer", () => {
  it("loses what would act on the whole hostname, and keeps the rest as it was", async () => {
    const hostWide = [
      "Clear-Site-Data",
      "Strict-Transport-Security",
      "Alt-Svc",
      "Service-Worker-Allowed",
      "Report-To",
      "NEL",
      "X-Latchkey-Decision",
      "Proxy-Authenticate",
    ];
    const { port, records } = await scene((_request, response) => {
      for (const name of hostWide) response.setHeader(name, "forged");
      response.setHeader("Connection", "X-Hop");
      response.setHeader("X-Hop", "forged");
      response
        .writeHead(418, {
          "X-A": ["1", "2"],
          "WWW-Authenticate": "Basic",
          ETag: '"1"',
          "Content-Length": "2",
        })
        .end("ok");
    });
    const answer = await sendRaw(port, get());
    expect(answer.status).toBe(418);
    expect(answer.rawHead).not.toContain("forged");
    expect(answer.rawHead).toMatch(/x-a: 1\r\nx-a: 2/i);
    expect(answer.headers).toMatchObject({
      etag: '"1"',
      "www-authenticate": "Basic",
      "content-length": "2",
      "x-content-type-options": "nosniff",
    });
    expect(answer.headers["x-latchkey-decision"]).toBe(records[0]?.id);
    expect(answer.body).toBe("ok");
  });

  it("that is a document gets an origin of its own, beside the upstream's own policy", async () => {
    const page = await scene((_request, response) => {
      response
        .writeHead(200, {
          "Content-Type": "text/html; charset=utf-8",
          "Content-Security-Policy": "default-src 'self'",
        })
        .end("<p>");
    });
    const answer = await sendRaw(page.port, get());
    expect(answer.rawHead).toContain("content-security-policy: default-src 'self'");
    expect(answer.rawHead).toContain("content-security-policy: sandbox allow-scripts");
    const data = await scene(
      (_request, response) => void response.writeHead(200, { "Content-Type": "application/json" }).end("{}"),
    );
    expect((await sendRaw(data.port, get())).rawHead).not.toContain("content-security-policy");
  });

  it.each([
    ["HEAD", 200, { "Content-Length": "10" }, "10"],
    ["GET", 204, {}, undefined],
    ["GET", 304, { ETag: '"1"' }, undefined],
  ])("to %s with %i has no body", async (method, status, headers, length) => {
    const { port, records } = await scene(
      (_request, response) => void response.writeHead(status, headers).end(),
    );
    const answer = await sendRaw(port, rawRequest([`${method} /acme/open/x HTTP/1.1`]));
    expect(answer).toMatchObject({ status, body: "", clean: true });
    expect(answer.headers["content-length"]).toBe(length);
    expect(answer.headers).not.toHaveProperty("transfer-encoding");
    expect(records).toMatchObject([{ status, responseBytes: 0 }]);
  });

  it("reaches a caller that speaks HTTP/1.0, without chunks", async () => {
    const { port } = await scene((_request, response) => {
      response.write("a");
      response.end("b");
    });
    const answer = await sendRaw(port, "GET /acme/open/x HTTP/1.0\r\nHost: gateway.test\r\n\r\n");
    expect(answer).toMatchObject({ status: 200, body: "ab" });
  });
});
