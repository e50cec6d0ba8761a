import { createHash, createHmac } from "node:crypto";
import { expect, it, describe } from "vitest";
import { seal } from "@/lib/crypto/seal";
import { Injection } from "@/lib/services/injection/schema";
import { rawRequest, recordingUpstream, sendRaw, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const secret = "sk_upstream_planted";

async function injecting(
  how: unknown,
  {
    sealed = seal("upstream-secret", secret),
    answer,
  }: { sealed?: Uint8Array; answer?: Parameters<typeof recordingUpstream>[0] } = {},
) {
  const { origin, received } = await recordingUpstream(answer);
  const service = testService("out", {
    upstream: { origin, path: "/v1" },
    visibility: "public",
    defaultVerdict: "allow",
    injection: { how: Injection.parse(how), sealed },
  });
  const gateway = await testGateway(testRuleset([], [service]));
  return { ...gateway, received };
}

describe("the upstream's own secret", () => {
  it.each([
    ["as a bearer token", { kind: "bearer" }, "authorization", `Bearer ${secret}`],
    [
      "as basic credentials",
      { kind: "basic", username: "u" },
      "authorization",
      `Basic ${Buffer.from(`u:${secret}`).toString("base64")}`,
    ],
    ["in a header", { kind: "header", name: "X-Auth-Token" }, "x-auth-token", secret],
  ])(
    "%s stands alone: the caller's own goes no further, in any spelling",
    async (_what, how, name, value) => {
      const { port, received, recorded } = await injecting(how);
      const spellings = new Set([name, name.replaceAll("-", "_")]);
      const lines = [...[...spellings].map((each) => `${each}: mine`), "X-Other: stays"];
      expect((await sendRaw(port, rawRequest(["GET /acme/out/a?b=c HTTP/1.1", ...lines]))).status).toBe(200);
      expect(received[0]).toMatchObject({ url: "/v1/a?b=c", headers: { [name]: value, "x-other": "stays" } });
      expect(JSON.stringify(received[0]?.rawHeaders)).not.toContain("mine");
      expect(JSON.stringify(await recorded())).not.toContain("planted");
    },
  );

  it("in the query replaces the caller's own parameter", async () => {
    const { port, received } = await injecting({ kind: "query", name: "key" });
    await sendRaw(port, rawRequest(["GET /acme/out/a?key=mine&b=%20&k%65y=mine HTTP/1.1"]));
    expect(received[0]?.url).toBe(`/v1/a?b=%20&key=${secret}`);
  });

  it.each([
    ["in the query", { kind: "query", name: "key" }],
    ["as basic credentials", { kind: "basic", username: "u" }],
    ["in a header", { kind: "header", name: "X-Auth-Token" }],
  ])("%s does not come back in the head of an answer, such as a redirect's Location", async (_what, how) => {
    const { port } = await injecting(how, {
      answer: (request, response) => {
        const { authorization = "", "x-auth-token": token = "" } = request.headers;
        const location = `https://elsewhere.test${request.url}`;
        response.writeHead(301, { location, "x-seen": `${authorization} ${String(token)}` }).end();
      },
    });
    const answer = await sendRaw(port, rawRequest(["GET /acme/out/a?b=c HTTP/1.1"]));
    expect(answer.status).toBe(301);
    expect(answer.headers.location).toContain("https://elsewhere.test/v1/a?b=c");
    const head = JSON.stringify(answer.headers);
    expect(head).toContain("(hidden)");
    expect(head).not.toContain("planted");
    expect(head).not.toContain(Buffer.from(`u:${secret}`).toString("base64"));
  });

  it("signs what the upstream receives: method, target with its prefix, time and every byte of the body", async () => {
    const { port, received } = await injecting({ kind: "hmac", name: "X-Sig", timestampHeader: "X-Time" });
    const body = '{"amount": 10}';
    await sendRaw(
      port,
      rawRequest(["POST /acme/out/pay?x=1 HTTP/1.1", `Content-Length: ${body.length}`, "X-Sig: mine"], body),
    );
    const sent = received[0];
    const digest = createHash("sha256")
      .update(sent?.body ?? "")
      .digest("hex");
    const mac = createHmac("sha256", secret)
      .update(`POST\n${sent?.url}\n${String(sent?.headers["x-time"])}\n${digest}`)
      .digest("hex");
    expect(sent).toMatchObject({ url: "/v1/pay?x=1", headers: { "x-sig": mac } });
    expect(sent?.body.toString()).toBe(body);
  });

  it("refuses a body that is too long to sign, and takes the same without a signature", async () => {
    const body = "a".repeat(1024 * 1024 + 1);
    const post = rawRequest(["POST /acme/out/pay HTTP/1.1", `Content-Length: ${body.length}`], body);
    const signed = await injecting({ kind: "hmac", name: "X-Sig" });
    expect((await sendRaw(signed.port, post)).status).toBe(413);
    expect(signed.received).toEqual([]);
    const plain = await injecting({ kind: "bearer" });
    expect((await sendRaw(plain.port, post)).status).toBe(200);
    expect(plain.received[0]?.body.length).toBe(body.length);
  });

  it("that cannot be opened keeps the call from leaving, and the record says why", async () => {
    const { port, received, recorded } = await injecting({ kind: "bearer" }, { sealed: Buffer.alloc(64) });
    expect((await sendRaw(port, rawRequest(["GET /acme/out/a HTTP/1.1"]))).status).toBe(503);
    expect(await recorded()).toMatchObject({ status: 503, reason: "INJECTION_FAILED" });
    expect(received).toEqual([]);
  });

  it("goes into a WebSocket's opening too", async () => {
    const { port, received } = await injecting({ kind: "bearer" });
    await sendRaw(
      port,
      [
        "GET /acme/out/live HTTP/1.1",
        "Host: gateway.test",
        "Connection: upgrade, close",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "",
      ].join("\r\n"),
    );
    expect(received[0]?.headers).toMatchObject({ upgrade: "websocket", authorization: `Bearer ${secret}` });
  });
});
