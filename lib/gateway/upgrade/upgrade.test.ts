import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  httpUpstream,
  keyValue,
  rawRequest,
  rawUpstream,
  recordingUpstream,
  sendRaw,
  testGateway,
} from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const ada = keyValue("ada");
const opening = [
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

function gatewayTo(origin: string) {
  const upstream = { origin, path: "/base" };
  return testGateway(
    testRuleset(
      [
        {
          rule: { name: "ada-listens", effect: "allow", when: { route: "/live" } },
          attachments: [{ serviceId: "svc_feed" }],
        },
      ],
      [
        testService("feed", { upstream }),
        testService("open", { upstream, visibility: "public", defaultVerdict: "allow" }),
      ],
    ),
  );
}

/** An upstream that sends every message back. */
async function echoUpstream() {
  const openings: IncomingMessage[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("headers", (headers) => headers.push("Set-Cookie: a=1"));
  sockets.on("connection", (socket, request) => {
    openings.push(request);
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return { origin: `http://127.0.0.1:${port}`, openings };
}

function ended(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once("close", resolve));
}

describe("a WebSocket", () => {
  it("that the rules allow carries messages both ways and is recorded when it ends", async () => {
    const { origin, openings } = await echoUpstream();
    const { port, records, recorded } = await gatewayTo(origin);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/acme/feed/live?a=1&hook_private_key=${ada}`, {
      headers: { cookie: "next-auth.session-token=s; b=2", "x-latchkey-key-id": "forged" },
    });
    const opened = new Promise((resolve) => socket.once("open", resolve));
    const answer = await new Promise<IncomingMessage>((resolve) => socket.once("upgrade", resolve));
    const messages: string[] = [];
    socket.on("message", (data) => messages.push(String(data)));
    await opened;
    const big = "x".repeat(500_000);
    for (const text of ["one", big, "two"]) socket.send(text);
    await vi.waitFor(() => expect(messages).toEqual(["one", big, "two"]));
    expect(records).toEqual([]);
    socket.close(4000);
    expect(await ended(socket)).toBe(4000);
    expect(await recorded()).toMatchObject({
      status: 101,
      verdict: "allow",
      rules: ["ada-listens"],
      service: { slug: "feed" },
      path: "/live",
    });
    expect(records[0]?.requestBytes).toBeGreaterThan(500_000);
    expect(records[0]?.responseBytes).toBeGreaterThan(500_000);
    expect(answer.headers["x-latchkey-decision"]).toBe(records[0]?.id);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(openings[0]?.url).toBe("/base/live?a=1");
    expect(openings[0]?.headers).toMatchObject({
      cookie: "b=2",
      "x-latchkey-key-id": "key_ada",
      host: new URL(origin).host,
    });
  });

  it.each([
    ["without a credential", "/acme/feed/live", [], 401, "NO_CREDENTIAL"],
    ["that no rule allows", "/acme/feed/other", [`X-API-Key: ${ada}`], 403, "DEFAULT_DENY"],
    ["whose target is not canonical", "/acme/feed/../x", [`X-API-Key: ${ada}`], 400, "NOT_CANONICAL"],
    ["of an unknown service", "/acme/nothing/x", [], 404, "NO_SERVICE"],
  ])("%s is refused in HTTP and recorded", async (_what, target, headers, status, reason) => {
    const { origin, openings } = await echoUpstream();
    const { port, recorded } = await gatewayTo(origin);
    const answer = await sendRaw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: gateway.test\r\nConnection: Upgrade\r\n${[...opening, ...headers].join("\r\n")}\r\n\r\n`,
    );
    expect(answer).toMatchObject({ status, clean: true });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(await recorded()).toMatchObject({ reason, status });
    expect(openings).toEqual([]);
  });

  const open = `GET /acme/open/live HTTP/1.1\r\nHost: gateway.test\r\nConnection: Upgrade\r\n${opening.join("\r\n")}\r\n\r\n`;

  it("that the upstream declines gets the upstream's own answer", async () => {
    const { port, recorded } = await gatewayTo(
      await httpUpstream(
        (_request, response) => void response.writeHead(426, { "Set-Cookie": "a=1" }).end("no"),
      ),
    );
    const answer = await sendRaw(port, open);
    expect(answer.status).toBe(426);
    expect(answer.body).toContain("no");
    expect(answer.rawHead.toLowerCase()).not.toContain("set-cookie");
    expect(await recorded()).toMatchObject({ status: 426, verdict: "allow" });
  });

  it.each([
    ["refuses", () => Promise.resolve("http://127.0.0.1:1"), 502],
    ["hangs", () => rawUpstream(() => undefined), 504],
    [
      "answers garbage",
      () => rawUpstream((socket) => socket.once("data", () => socket.end("garbage\r\n\r\n"))),
      502,
    ],
  ])("whose upstream %s is answered in HTTP", async (_what, upstream, status) => {
    const { port, recorded } = await gatewayTo(await upstream());
    expect((await sendRaw(port, open)).status).toBe(status);
    expect(await recorded()).toMatchObject({ status });
  });

  it("ends on both sides when either side breaks off", async () => {
    const { origin } = await echoUpstream();
    const { port, recorded } = await gatewayTo(origin);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/acme/open/live`);
    await new Promise((resolve) => socket.once("open", resolve));
    socket.terminate();
    expect(await recorded()).toMatchObject({ status: 101 });
  });

  it("is cut when the gateway closes", async () => {
    const { origin } = await echoUpstream();
    const gateway = await gatewayTo(origin);
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/acme/open/live`);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("open", resolve));
    const gone = ended(socket);
    await gateway.close(50);
    expect(await gone).toBe(1006);
    expect(await gateway.recorded()).toMatchObject({ status: 101 });
  });
});

describe("an offer of another protocol", () => {
  it("is overlooked, and the request is answered as the plain one it is", async () => {
    const { origin, received } = await recordingUpstream();
    const { port, records } = await gatewayTo(origin);
    const offer = [
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
    ];
    const socket = connect(port, "127.0.0.1");
    const chunks: string[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
    socket.write(
      ["POST /acme/open/x HTTP/1.1", "Host: gateway.test", "Content-Length: 6", ...offer, "", "abc"].join(
        "\r\n",
      ),
    );
    setTimeout(() => socket.write("def"), 30);
    await vi.waitFor(() => expect(chunks.join("")).toMatch(/^HTTP\/1.1 200 OK[^]*ok/));
    expect(received).toMatchObject([{ method: "POST", url: "/base/x" }]);
    expect(received[0]?.body.toString()).toBe("abcdef");
    expect(received[0]?.headers).not.toHaveProperty("upgrade");
    socket.write(rawRequest(["GET /acme/open/y HTTP/1.1"]));
    await vi.waitFor(() => expect(received).toHaveLength(2));
    await vi.waitFor(() => expect(records).toHaveLength(2));
    socket.destroy();
  });
});
