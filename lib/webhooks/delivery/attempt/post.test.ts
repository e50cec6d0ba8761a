import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Posted, postMessage } from "@/lib/webhooks/delivery/attempt/post";
import { retryAfterMsMax } from "@/lib/webhooks/delivery/retry";
import { requireReachable } from "@/lib/webhooks/endpoints/stored-endpoint";

const secret = `whsec_${Buffer.alloc(32, 0xfb).toString("base64")}`;
const open: Server[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const server of open.splice(0)) server.close();
});

/** Posts to a receiver that writes `answer` as it is, and then closes or goes on holding the connection. */
async function answeredWith(answer: string, then: "closes" | "holds" = "closes"): Promise<Posted> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(answer, "latin1");
      if (then === "closes") socket.end();
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return postMessage(
    { url: `http://127.0.0.1:${address.port}/`, id: "message", body: "{}", secrets: [secret] },
    { timeoutMs: 800 },
  );
}

describe("the status says how an attempt went, whatever becomes of the body", () => {
  it.each(["closes", "holds"] as const)("200 whose body %s halfway has succeeded", async (then) => {
    const posted = await answeredWith("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", then);
    expect(posted).toMatchObject({
      succeeded: true,
      error: null,
      response: { status: 200, body: "abc" },
    });
  });

  it.each(["closes", "holds"] as const)("410 whose body %s halfway stays 410", async (then) => {
    const posted = await answeredWith("HTTP/1.1 410 Gone\r\ncontent-length: 10\r\n\r\nabc", then);
    expect(posted).toMatchObject({ succeeded: false, response: { status: 410, body: "abc" } });
  });

  it("what a 503 with a broken body asks for is kept", async () => {
    const posted = await answeredWith("HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 10\r\n\r\nabc");
    expect(posted).toMatchObject({
      succeeded: false,
      error: "The receiver answered 503.",
      retryAfterMs: 7_000,
    });
  });
});

it.each([
  "no HTTP at all\r\n\r\n",
  "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
  "HTTP/9.9 200 OK\r\n\r\n",
])("an answer that is not HTTP is said to be none: %j", async (answer) => {
  expect(await answeredWith(answer)).toMatchObject({
    succeeded: false,
    response: null,
    error: "The receiver did not answer in HTTP.",
  });
});

it("a clock that is set back while an attempt runs does not shorten it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const posting = answeredWith("", "holds");
  vi.setSystemTime(Date.now() - 3_600_000);
  expect((await posting).durationMs).toBeGreaterThan(100);
});

it("a wait of more digits than a number holds is the longest one", async () => {
  const posted = await answeredWith(
    `HTTP/1.1 503 Busy\r\nretry-after: ${"9".repeat(400)}\r\ncontent-length: 0\r\n\r\n`,
  );
  expect(posted.retryAfterMs).toBe(retryAfterMsMax);
});

it.each(["http://10.0.0.7/", "http://169.254.169.254/", "http://0.0.0.0/", "http://echo.latchkey.internal/"])(
  "%s is not called, and the refusal does not say what it is",
  async (url) => {
    const posted = await postMessage({ url, id: "message", body: "{}", secrets: [secret] });
    expect(posted).toMatchObject({
      succeeded: false,
      response: null,
      error: "The address is not a public one that may be called.",
    });
    await expect(requireReachable(url)).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "url", message: "The address is not a public one that may be called." }] },
    });
  },
);
