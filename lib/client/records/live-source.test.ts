import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventParser, type StreamState } from "@/lib/client/records/event-stream";
import { liveSource, type LiveStream } from "@/lib/client/records/live-source";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { Decision } from "@/lib/events/schema";

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
  function follow(begin: LiveStream<Decision>["begin"]) {
    const seen: string[] = [];
    const newest: unknown[] = [];
    const states: StreamState[] = [];
    const problems: ProblemError[] = [];
    const drops: number[] = [];
    const source = liveSource({
      path: "/decisions/stream",
      filters: { verdict: "deny" },
      name: "decision",
      begin,
      row: () => Promise.resolve(Decision),
    });
    stop = source({
      onRow: (one) => seen.push(one.seq),
      onNewest: (rows, { joined }) => newest.push([...rows.map(({ seq }) => seq), joined]),
      onState: (state, error) => {
        states.push(state);
        if (error !== null) problems.push(error);
      },
      onDropped: (count) => drops.push(count),
    });
    return { seen, newest, states, problems, drops, source };
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
    const told = follow({ after: "4" });
    await vi.waitFor(() => expect(told.drops).toEqual([4]), { timeout: 5_000 });
    expect(told.seen).toEqual(["5", "6", "7"]);
    expect(told.states).toEqual(["connecting", "live", "reconnecting", "live"]);
    expect(asked).toEqual([
      "/api/v1/decisions/stream?verdict=deny&after=4",
      "/api/v1/decisions/stream?verdict=deny&after=6",
    ]);
  });

  test("begins with the newest, whole or again, says whether older ones may be missing, and goes on behind them", async () => {
    const backlog = [1, 2].map((seq) => event(seq).replace(/^id.*\n/, "")).join("");
    const place = ": heartbeat\nid: 2\n\n";
    answers = [
      open(backlog, (response) => setTimeout(() => response.destroy(), 50)),
      open(backlog + place + event(3), (response) => setTimeout(() => response.destroy(), 50)),
      open(event(4), () => undefined),
    ];
    const told = follow({ last: 2 });
    await vi.waitFor(() => expect(told.seen).toEqual(["3", "4"]), { timeout: 5_000 });
    expect(told.newest).toEqual([["1", "2", false]]);
    expect(asked.map((one) => one.split("&")[1])).toEqual(["last=2", "last=2", "after=3"]);
  });

  test("the next follower of a source goes on where the last one stopped", async () => {
    answers = [open(event(5), () => undefined), open(event(6), () => undefined)];
    const told = follow({ after: "4" });
    await vi.waitFor(() => expect(told.seen).toEqual(["5"]), { timeout: 5_000 });
    stop();
    const later: string[] = [];
    stop = told.source({
      onRow: ({ seq }) => later.push(seq),
      onNewest: () => undefined,
      onState: () => undefined,
      onDropped: () => undefined,
    });
    await vi.waitFor(() => expect(later).toEqual(["6"]), { timeout: 5_000 });
    expect(asked.map((one) => one.split("&")[1])).toEqual(["after=4", "after=5"]);
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
    const told = follow({ after: "0" });
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
