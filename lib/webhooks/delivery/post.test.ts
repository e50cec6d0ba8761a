import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Posted, postMessage } from "@/lib/webhooks/delivery/post";

const secret = `whsec_${Buffer.alloc(32, 0xfb).toString("base64")}`;
const open: Server[] = [];

afterEach(() => {
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
