import { connect } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { headerPairs } from "@/lib/gateway/call";
import { hostileRequests, hostileRules } from "@/lib/gateway/hostile/hostile-requests";
import { type Arrived, deniedReading, lenientPath } from "@/lib/gateway/hostile/reading";
import { type Aim, type HostileRequest, requestText } from "@/lib/gateway/hostile/request";
import { httpUpstream, keyValue, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";
import { defaultPaths } from "@/lib/services/schema";

const aim: Aim = { base: "/acme/invoices", host: "gateway.test", key: keyValue("ada") };

/** A gateway before an upstream that remembers every request from its head on, whole or not. */
async function scene() {
  const arrivals: Arrived[] = [];
  const origin = await httpUpstream((request, response) => {
    const { method = "", url: target = "", rawHeaders } = request;
    const arrival = { method, target, headers: headerPairs(rawHeaders), body: Buffer.alloc(0) };
    arrivals.push(arrival);
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => (arrival.body = Buffer.concat([arrival.body, chunk])));
    request.on("end", () => response.end("ok"));
  });
  const target = { origin, path: "" };
  const paths = { ...defaultPaths, caseSensitive: false };
  const ruleset = testRuleset(
    hostileRules.map((rule) => ({ rule, attachments: [{ serviceId: "svc_invoices" }] })),
    [
      testService("invoices", { upstream: target, defaultVerdict: "allow", paths }),
      testService("open", { upstream: target, visibility: "public", defaultVerdict: "allow" }),
    ],
  );
  return { arrivals, ...(await testGateway(ruleset)) };
}

/** Sends the bytes and reads what comes until the connection is over, or until nothing comes where it stays open. */
function attack(port: number, { bytes, endless }: HostileRequest): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => undefined).on("end", () => socket.end());
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    if (endless) socket.setTimeout(300, () => socket.destroy());
    socket.write(Buffer.from(bytes(aim), "latin1"));
  });
}

const valueOf = ({ headers }: Arrived, wanted: string) => headers.find(([name]) => name === wanted)?.[1];
const framingHeaders = new Set(["content-length", "transfer-encoding"]);

describe("a hostile request", () => {
  it.each(hostileRequests)("is refused and recorded, or arrives as it was judged: $name", async (request) => {
    const { port, arrivals, records } = await scene();
    const answer = await attack(port, request);
    if (!request.unattributable) await vi.waitFor(() => expect(records).not.toEqual([]));
    for (const arrival of arrivals) {
      const { method, target } = arrival;
      expect([method, target, deniedReading(arrival)]).toEqual([method, target, null]);
      const frames = arrival.headers.filter(([name]) => framingHeaders.has(name.replaceAll("_", "-")));
      expect(frames.length).toBeLessThan(2);
      const decision = valueOf(arrival, "x-latchkey-decision");
      const record = await vi.waitUntil(() => records.find(({ id }) => id === decision));
      expect(record).toMatchObject({ verdict: "allow", method });
      expect(lenientPath(target.split("?", 1)[0] ?? "")).toBe(record.path.replace(/(.)\/$/, "$1"));
    }
    const arrived = new Set(arrivals.map((arrival) => valueOf(arrival, "x-latchkey-decision")));
    for (const { id, verdict, path, reason } of records)
      if (!arrived.has(id) && reason !== "CLIENT_LEFT") expect([path, verdict]).toEqual([path, "deny"]);
    if (arrivals.length === 0)
      expect(answer).toMatch(/^(?:HTTP\/1\.1 100 .*\r\n\r\n)?(?:HTTP\/1\.1 [45]\d\d |$)/);
  });

  it("comes under a name of its own, and there are enough of them", () => {
    expect(new Set(hostileRequests.map(({ name }) => name)).size).toBe(hostileRequests.length);
    expect(hostileRequests.length).toBeGreaterThan(200);
  });

  it.each([
    { path: "/public" },
    { path: "/reports?role=user", headers: ["X-Role: user"] },
    { method: "POST", path: "/transfers", headers: ["Content-Type: application/json"], body: '{"amount":5}' },
    { method: "POST", path: "/public", headers: ["Content-Type: text/plain"], body: "any" },
  ])("is not refused for what it shares with the harmless: $path", async (parts) => {
    const { port, arrivals } = await scene();
    await attack(port, { name: "", bytes: (at) => requestText(at, parts) });
    expect(arrivals).toMatchObject([{ target: parts.path, body: Buffer.from(parts.body ?? "") }]);
  });
});
