import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { resolveHost } from "@/lib/gateway/upstream/connection/private-address";
import { createUpstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { httpUpstream, rawRequest, rawUpstream, sendRaw, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";
import type { CompiledService } from "@/lib/services/schema";

function gatewayTo(origin: string, options: Partial<CompiledService> = {}) {
  const upstream = { origin, path: "" };
  const service = testService("open", {
    upstream,
    visibility: "public",
    defaultVerdict: "allow",
    ...options,
  });
  return testGateway(testRuleset([], [service]));
}

const get = rawRequest(["GET /acme/open/x HTTP/1.1"]);

describe("an upstream that fails before its answer begins", () => {
  it("by refusing the connection is 502", async () => {
    const { port, recorded } = await gatewayTo("http://127.0.0.1:1");
    const answer = await sendRaw(port, get);
    expect(answer.status).toBe(502);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.body).not.toContain("127.0.0.1");
    expect(await recorded()).toMatchObject({ status: 502, verdict: "allow", reason: "UPSTREAM_UNREACHABLE" });
  });

  it.each([
    ["nothing but an end", ""],
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["a broken header", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n"],
    ["two framings", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"],
    [
      "a protocol nobody asked for",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    ],
    ["an endless head", `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(100_000)}\r\n\r\n`],
  ])("by answering %s is 502", async (_what, bytes) => {
    const { port, recorded } = await gatewayTo(
      await rawUpstream((socket) => socket.once("data", () => socket.end(bytes))),
    );
    expect((await sendRaw(port, get)).status).toBe(502);
    expect(await recorded()).toMatchObject({ status: 502, reason: "UPSTREAM_UNREACHABLE" });
  });

  it("by resetting is 502", async () => {
    const { port } = await gatewayTo(
      await rawUpstream((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );
    expect((await sendRaw(port, get)).status).toBe(502);
  });

  it("by resetting while a body is still being sent is 502, and the caller reads it", async () => {
    const { port, recorded } = await gatewayTo(
      await rawUpstream((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );
    const body = "x".repeat(3_000_000);
    const answer = await sendRaw(
      port,
      rawRequest(["POST /acme/open/x HTTP/1.1", `Content-Length: ${body.length}`], body),
    );
    expect(answer.status).toBe(502);
    expect(await recorded()).toMatchObject({ status: 502 });
  });

  it("by not answering is 504 after the service's time", async () => {
    const { port, recorded } = await gatewayTo(await rawUpstream(() => undefined), {
      responseTimeoutMs: 1_000,
    });
    expect((await sendRaw(port, get)).status).toBe(504);
    expect(await recorded()).toMatchObject({ status: 504, reason: "UPSTREAM_TIMEOUT" });
  });

  it("by not even accepting is 504 after the service's time, and a connection that comes later sends nothing", async () => {
    let accept: (addresses: string[]) => void = () => undefined;
    const policy = {
      privateAddresses: ["127.0.0.0/8"],
      ownPorts: new Set<number>(),
      ownAddresses: () => new Set<string>(),
    };
    const resolve = () => new Promise<string[]>((done) => (accept = done));
    let connections = 0;
    let bytes = 0;
    const origin = await rawUpstream((socket) => {
      connections++;
      socket.on("data", (chunk) => (bytes += chunk.length));
    });
    const upstream = { origin: origin.replace("127.0.0.1", "slow.test"), path: "" };
    const service = testService("open", {
      upstream,
      visibility: "public",
      defaultVerdict: "allow",
      connectTimeoutMs: 100,
    });
    const { port, recorded } = await testGateway(testRuleset([], [service]), {
      dispatcher: createUpstreamDispatcher(() => ({ policy, resolve })),
    });
    expect((await sendRaw(port, get)).status).toBe(504);
    expect(await recorded()).toMatchObject({ status: 504, reason: "UPSTREAM_TIMEOUT" });
    accept(["127.0.0.1"]);
    await vi.waitFor(() => expect(connections).toBe(1));
    await wait(50);
    expect(bytes).toBe(0);
  });

  it("by having an address that may not be called is 502 in other words", async () => {
    const policy = {
      privateAddresses: [],
      ownPorts: new Set<number>(),
      ownAddresses: () => new Set<string>(),
    };
    const service = testService("open", {
      visibility: "public",
      defaultVerdict: "allow",
      upstream: { origin: "http://127.0.0.1:9", path: "" },
    });
    const dispatcher = createUpstreamDispatcher(() => ({ policy, resolve: resolveHost }));
    const { port, recorded } = await testGateway(testRuleset([], [service]), { dispatcher });
    const answer = await sendRaw(port, get);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body).detail).toContain("may not be called");
    expect(await recorded()).toMatchObject({ reason: "UPSTREAM_ADDRESS" });
  });
});

describe("an upstream that fails in the middle of its answer", () => {
  it.each([
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ])("breaks the caller's connection off when it had promised %s", async (_what, bytes) => {
    const origin = await rawUpstream((socket) =>
      socket.once("data", () => socket.write(bytes, () => setTimeout(() => socket.destroy(), 50))),
    );
    const { port, recorded } = await gatewayTo(origin);
    const answer = await sendRaw(port, get);
    expect(answer).toMatchObject({ status: 200, clean: false });
    expect(answer.body).not.toContain("\r\n0\r\n");
    expect(await recorded()).toMatchObject({
      status: 200,
      reason: "UPSTREAM_ABORTED",
      verdict: "allow",
      responseBytes: 4,
    });
  });

  it("breaks off even a caller that reads until the end of the connection", async () => {
    const origin = await rawUpstream((socket) =>
      socket.once("data", () =>
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", () =>
          setTimeout(() => socket.destroy(), 50),
        ),
      ),
    );
    const { port } = await gatewayTo(origin);
    expect((await sendRaw(port, "GET /acme/open/x HTTP/1.0\r\nHost: gateway.test\r\n\r\n")).clean).toBe(
      false,
    );
  });

  it("is given up when it stops sending for the service's time", async () => {
    const origin = await rawUpstream((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")),
    );
    const { port, recorded } = await gatewayTo(origin, { responseTimeoutMs: 1_000 });
    expect((await sendRaw(port, get)).clean).toBe(false);
    expect(await recorded()).toMatchObject({ reason: "UPSTREAM_ABORTED" });
  });

  it("that ends its answer with its connection has ended it cleanly", async () => {
    const { port } = await gatewayTo(
      await rawUpstream((socket) => socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\n\r\nwhole"))),
    );
    const answer = await sendRaw(port, get);
    expect(answer.clean).toBe(true);
    expect(answer.body).toContain("whole");
  });
});

describe("a caller that leaves", () => {
  it("before the answer takes the upstream's work along and is recorded as 499", async () => {
    let aborted = false;
    let asked = false;
    const origin = await httpUpstream((request) => {
      asked = true;
      request.once("close", () => (aborted = true));
    });
    const { port, recorded } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () => socket.write(get));
    await vi.waitFor(() => expect(asked).toBe(true));
    socket.destroy();
    expect(await recorded()).toMatchObject({ status: 499, reason: "CLIENT_LEFT", verdict: "allow" });
    await vi.waitFor(() => expect(aborted).toBe(true));
  });

  it("in the middle of the answer is recorded as 499 with what it got", async () => {
    let closed = false;
    const origin = await httpUpstream((_request, response) => {
      response.write("some");
      response.once("close", () => (closed = true));
    });
    const { port, recorded } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () => socket.write(get));
    socket.once("data", () => socket.destroy());
    expect(await recorded()).toMatchObject({ status: 499, responseBytes: 4 });
    await vi.waitFor(() => expect(closed).toBe(true));
  });

  it("in the middle of its own body breaks the upstream's request off", async () => {
    let ending = "none";
    let arrived = 0;
    const origin = await httpUpstream((request) => {
      request.on("data", (chunk: Buffer) => (arrived += chunk.length));
      request.once("end", () => (ending = "clean"));
      request.once("error", () => (ending = "broken"));
    });
    const { port, recorded } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(rawRequest(["POST /acme/open/x HTTP/1.1", "Content-Length: 100"], "half")),
    );
    await vi.waitFor(() => expect(arrived).toBe(4));
    socket.destroy();
    expect(await recorded()).toMatchObject({ status: 499, requestBytes: 4 });
    await vi.waitFor(() => expect(ending).toBe("broken"));
  });
});

describe("streaming", () => {
  const megabyte = Buffer.alloc(1024 * 1024, "x");

  it("passes 300 MB both ways without holding them", async () => {
    const total = 300;
    const origin = await httpUpstream((request, response) => void request.pipe(response));
    const { port, recorded } = await gatewayTo(origin);
    let largest = 0;
    const before = process.memoryUsage().rss;
    const watch = setInterval(() => (largest = Math.max(largest, process.memoryUsage().rss - before)), 20);
    const got = await new Promise<number>((resolve, reject) => {
      let length = 0;
      const request = httpRequest(
        { port, path: "/acme/open/x", method: "POST", agent: false },
        (response) => {
          response
            .on("data", (chunk: Buffer) => (length += chunk.length))
            .on("end", () => resolve(length))
            .on("error", reject);
        },
      );
      request.on("error", reject);
      void (async () => {
        for (let sent = 0; sent < total; sent++)
          if (!request.write(megabyte)) await new Promise((drained) => request.once("drain", drained));
        request.end();
      })();
    });
    clearInterval(watch);
    expect(got).toBe(total * megabyte.length);
    expect(await recorded()).toMatchObject({ status: 200, requestBytes: got, responseBytes: got });
    expect(largest).toBeLessThan(150 * 1024 * 1024);
  });

  it("lets a slow reader hold the upstream back", async () => {
    let written = 0;
    const origin = await httpUpstream((_request, response) => {
      const more = () => {
        written++;
        if (written < 300) response.write(megabyte, more);
      };
      more();
    });
    const { port } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () => socket.write(get));
    socket.pause();
    await vi.waitFor(() => expect(written).toBeGreaterThan(0));
    let last = -1;
    await vi.waitFor(
      async () => {
        const now = written;
        await wait(150);
        expect(written).toBe(now);
        last = now;
      },
      { timeout: 10_000 },
    );
    expect(last).toBeLessThan(100);
    socket.destroy();
  });

  it("shows the head of an answer whose body is slow to begin", async () => {
    const origin = await httpUpstream((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.flushHeaders();
    });
    const { port } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () => socket.write(get));
    const head = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(head.toString()).toContain("text/event-stream");
    socket.destroy();
  });

  it("answers early without waiting for the rest of a body", async () => {
    const origin = await rawUpstream((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!")),
    );
    const { port, recorded } = await gatewayTo(origin);
    const socket = connect(port, "127.0.0.1", () =>
      socket.write("POST /acme/open/x HTTP/1.1\r\nHost: gateway.test\r\nContent-Length: 1000000\r\n\r\nhalf"),
    );
    const head = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    expect(head.toString()).toMatch(/^HTTP\/1.1 413/);
    expect(await recorded()).toMatchObject({ status: 413 });
    socket.destroy();
  });

  it("keeps a connection usable after a refused body", async () => {
    const origin = await httpUpstream((_request, response) => void response.end("ok"));
    const { port } = await gatewayTo(origin);
    const body = "x".repeat(200_000);
    const first = `POST /acme/nothing/x HTTP/1.1\r\nHost: gateway.test\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await sendRaw(port, first + get);
    expect(answer.status).toBe(404);
    expect(answer.body).toContain("HTTP/1.1 200 OK");
  });
});

describe("a gateway that closes", () => {
  it("lets an open call end, and takes no new one", async () => {
    let release: (() => void) | null = null;
    const origin = await httpUpstream((_request, response) => (release = () => response.end("late")));
    const gateway = await gatewayTo(origin);
    const open = sendRaw(gateway.port, get);
    const answer = await vi.waitFor(() => release ?? expect.fail("not asked yet"));
    const closed = gateway.close(10_000);
    expect((await sendRaw(gateway.port, get)).status).toBe(0);
    answer();
    expect((await open).body).toContain("late");
    await closed;
  });

  it("cuts what is still open when its time is over, and records it", async () => {
    let asked = false;
    const origin = await httpUpstream(() => (asked = true));
    const gateway = await gatewayTo(origin);
    const open = sendRaw(gateway.port, get);
    await vi.waitFor(() => expect(asked).toBe(true));
    await gateway.close(100);
    expect((await open).status).toBe(0);
    expect(await gateway.recorded()).toMatchObject({ status: 499 });
  });
});
