import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followDecisions } from "@/lib/client/records/decision-stream";
import { eventParser, type StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import type { Decision } from "@/lib/events/schema";

function decision(seq: number): Decision {
  return {
    id: `evt_${seq}`,
    seq: String(seq),
    at: "2026-11-21T00:00:00.000000Z",
    node: "n",
    source: "gateway",
    rulesetVersion: 1,
    credential: null,
    service: null,
    method: "GET",
    path: "/",
    route: null,
    address: null,
    userAgent: null,
    verdict: "allow",
    rules: [],
    reason: "RULE",
    shadow: null,
    status: 200,
    requestBytes: 0,
    responseBytes: 0,
    latencyUs: { authenticate: 1, decide: 1, total: 1, upstream: null },
    traceId: null,
    count: 1,
  };
}

const event = (seq: number) => `id: ${seq}\nevent: decision\ndata: ${JSON.stringify(decision(seq))}\n\n`;

test("events are cut out whole whatever the size of the parts, and comments and positions are told apart", () => {
  const text = `: heartbeat\nid: 7\nretry: 1000\n\n${event(8)}event: dropped\ndata: {"count":3}\n\n: just a comment\n\n`;
  for (const size of [1, 7, 1_000]) {
    const events: unknown[] = [];
    const parse = eventParser((one) => events.push([one.name, one.id]));
    for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size));
    expect(events).toEqual([
      ["position", "7"],
      ["decision", "8"],
      ["dropped", null],
    ]);
  }
});

describe("following", () => {
  let answers: ((request: IncomingMessage, response: ServerResponse) => void)[];
  let asked: string[];
  let stop: () => void;
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers.shift();
    if (answer === undefined) response.destroy();
    else answer(request, response);
  });

  beforeEach(async () => {
    answers = [];
    asked = [];
    stop = () => undefined;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const real = fetch;
    vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
      real(`http://127.0.0.1:${port}${path}`, init),
    );
  });
  afterEach(async () => {
    stop();
    vi.unstubAllGlobals();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  /** Starts following; what it is told goes into the returned lists. */
  function follow(after: string | null) {
    const seen: string[] = [];
    const states: StreamState[] = [];
    const problems: ProblemError[] = [];
    const drops: number[] = [];
    stop = followDecisions(
      { filters: { verdict: "deny" }, after },
      {
        onDecision: (one) => seen.push(one.seq),
        onState: (state, error) => {
          states.push(state);
          if (error !== null) problems.push(error);
        },
        onDropped: (count) => drops.push(count),
      },
    );
    return { seen, states, problems, drops };
  }

  const open =
    (text: string, then: (response: ServerResponse) => void) =>
    (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(text, () => then(response));
    };

  test("resumes behind the last decision after a lost connection, and says how it stands", async () => {
    answers = [
      open(event(5) + event(6), (response) => setTimeout(() => response.destroy(), 50)),
      open(event(7) + 'event: dropped\ndata: {"count":4}\n\n', () => undefined),
    ];
    const told = follow("4");
    await vi.waitFor(() => expect(told.drops).toEqual([4]), { timeout: 5_000 });
    expect(told.seen).toEqual(["5", "6", "7"]);
    expect(told.states).toEqual(["connecting", "live", "reconnecting", "live"]);
    expect(asked).toEqual([
      "/api/v1/decisions/stream?verdict=deny&after=4",
      "/api/v1/decisions/stream?verdict=deny&after=6",
    ]);
  });

  test("gives up where it was refused, with the reason, and asks again where it was not", async () => {
    const refuse = (status: number) => (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status, { "content-type": "application/problem+json" });
      response.end(
        JSON.stringify({
          type: "/docs/problems/forbidden",
          title: "No",
          status,
          detail: "This needs the scope read:decisions.",
          instance: "req_1",
        }),
      );
    };
    answers = [refuse(503), refuse(403)];
    const told = follow(null);
    await vi.waitFor(() => expect(told.states.at(-1)).toBe("lost"), { timeout: 5_000 });
    expect(told.states).toEqual(["connecting", "reconnecting", "lost"]);
    expect(told.problems[0]).toMatchObject({
      kind: "forbidden",
      requestId: "req_1",
      detail: "This needs the scope read:decisions.",
    });
    expect(asked).toHaveLength(2);
  });
});
