import { request } from "undici";
import { describe, expect, test } from "vitest";
import { createUpstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { echoHost } from "@/lib/gateway/upstream/echo";

const dispatcher = createUpstreamDispatcher(() => ({
  policy: { privateAddresses: [], ownPorts: new Set(), ownAddresses: () => new Set() },
  resolve: () => Promise.reject(new Error("the name must not be looked up")),
}));

describe("the echo upstream", () => {
  test("answers what it got and who the gateway said was calling, with no private address allowed", async () => {
    const answer = await request(`http://${echoHost}/hello?x=1`, {
      dispatcher,
      method: "POST",
      body: "ping",
      headers: { "x-latchkey-key-name": "first-key", authorization: "never said back" },
    });
    expect(answer.statusCode).toBe(200);
    const said = await answer.body.json();
    expect(said).toMatchObject({
      method: "POST",
      path: "/hello?x=1",
      body: "ping",
      bodyBytes: 4,
      identity: { "x-latchkey-key-name": "first-key" },
    });
    expect(JSON.stringify(said)).not.toContain("never said back");
  });

  test("counts a large body and sends back its beginning only", async () => {
    const answer = await request(`http://${echoHost}/`, {
      dispatcher,
      method: "POST",
      body: "a".repeat(1_000_000),
    });
    const said = await answer.body.json();
    expect(said).toMatchObject({ bodyBytes: 1_000_000 });
    expect(JSON.stringify(said).length).toBeLessThan(20_000);
  });
});
