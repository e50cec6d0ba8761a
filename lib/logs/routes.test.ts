import { request } from "node:http";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { LogPage, LogReceipt } from "@/lib/logs/schema";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let secret: string;
beforeAll(async () => {
  workspace = await createTestWorkspace();
  ({ secret } = await issueKey(workspace.owner, { scopes: ["read:logs", "write:logs", "flush:logs"] }));
});

/** A key of a workspace of its own. */
async function freshKey(scopes = ["read:logs", "write:logs", "flush:logs"]): Promise<string> {
  const { owner } = await createTestWorkspace();
  return (await issueKey(owner, { scopes })).secret;
}

const ndjson = { "content-type": "application/x-ndjson" };

async function messagesOf(key: string, query = ""): Promise<string[]> {
  const { body } = await apiClient(key)("GET", `/logs?limit=100${query}`);
  return LogPage.parse(body).items.map(({ message }) => message);
}

describe("writing over HTTP", () => {
  test("takes one line, an array and newline-delimited JSON, and names line by line what it does not take", async () => {
    const key = await freshKey();
    const call = apiClient(key);
    expect((await call("POST", "/logs", { message: "one" })).body).toEqual({
      accepted: 1,
      rejected: [],
      rejectedCount: 0,
    });
    const batch = await call("POST", "/logs", [{ message: "two" }, { level: "info" }, { message: "three" }]);
    expect(batch.body).toEqual({
      accepted: 2,
      rejected: [{ line: 2, message: "message: is required" }],
      rejectedCount: 1,
    });
    const lines = [
      '{"message":"four"}',
      "{broken",
      "",
      `{"message":"${"x".repeat(70_000)}"}`,
      '{"message":"five","level":"error"}\r',
      '{"message":"six","data":{"at":[1,null]}}',
    ];
    const upload = await call("POST", "/logs", lines.join("\n"), ndjson);
    expect(upload.body).toEqual({
      accepted: 3,
      rejected: [
        { line: 2, message: "is not JSON" },
        { line: 4, message: "is longer than 64 KiB" },
      ],
      rejectedCount: 2,
    });
    expect(await messagesOf(key)).toEqual(["six", "five", "four", "three", "two", "one"]);
  });

  test.each([
    ["a body that is no JSON", "{", {}, 400, "bad-request"],
    ["one line that is not good", { message: 1 }, {}, 422, "invalid"],
    ["an array of lines that are all not good", [{}, 7], {}, 422, "invalid"],
    ["an upload of lines that are all not good", "x\ny\n", ndjson, 422, "invalid"],
    [
      "more than 1,000 lines at once",
      Array.from({ length: 1_001 }, () => ({ message: "m" })),
      {},
      413,
      "too-large",
    ],
    ["a body over 1 MiB", { message: "m", data: "x".repeat(1_100_000) }, {}, 413, "too-large"],
    ["a body of another type", "m", { "content-type": "text/plain" }, 415, "unsupported-media-type"],
    ["a compressed upload", "m", { ...ndjson, "content-encoding": "gzip" }, 415, "unsupported-media-type"],
    [
      "what is only named like JSON",
      { message: "m" },
      { "content-type": "text/notjson" },
      415,
      "unsupported-media-type",
    ],
    [
      "what is only named like lines",
      "{}",
      { "content-type": "application/x-ndjsonfoo" },
      415,
      "unsupported-media-type",
    ],
    ["an Idempotency-Key of blanks", { message: "m" }, { "idempotency-key": "a b" }, 400, "bad-request"],
  ])("refuses %s", async (_what, body, headers, status, kind) => {
    const answer = await apiClient(secret)("POST", "/logs", body, headers);
    expect([answer.status, answer.body.type]).toEqual([status, `/docs/problems/${kind}`]);
    if (kind === "invalid") expect(answer.body.errors.length).toBeGreaterThan(0);
  });

  test.each([
    ["/logs?level=loud", 422],
    ["/logs?colour=red", 422],
    ["/logs?limit=0", 422],
    ["/logs?from=yesterday", 422],
    ["/logs?from=0000-01-01T00:00:00Z", 422],
    ["/logs?to=2026-01-01T00:00:00%2B16:00", 422],
    ["/logs?cursor=abc", 400],
    ["/logs?q=%00", 400],
    ["/logs/stream?after=1", 422],
    ["/logs/stream?last=1001", 422],
    ["/logs/stream?from=2026-01-01T00:00:00Z", 422],
  ])("answers %s with %i", async (path, status) => {
    expect((await apiClient(secret)("GET", path)).status).toBe(status);
  });

  test("types are named in any case, and what nests too deeply is refused line by line, with an Idempotency-Key too", async () => {
    const call = apiClient(await freshKey());
    const shouted = { "content-type": "Application/X-NDJSON; charset=utf-8", "content-encoding": "identity" };
    expect((await call("POST", "/logs", '{"message":"m"}', shouted)).body.accepted).toBe(1);
    const deep = `{"message":"deep","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    for (const headers of [{}, { "idempotency-key": "deep" }]) {
      const { body } = await call("POST", "/logs", `[{"message":"flat"},${deep},7]`, headers);
      expect(body.rejected).toEqual([
        { line: 2, message: "data: is deeper than 32 levels" },
        { line: 3, message: "must be an object with a message" },
      ]);
    }
    const single = await call("POST", "/logs", "7");
    expect(single.body.errors).toEqual([{ path: "", message: "must be an object with a message" }]);
  });

  test("a service that is not there, or a parameter that is not known, writes and flushes nothing", async () => {
    const key = await freshKey();
    const call = apiClient(key);
    expect((await call("POST", "/logs?service=nothing", { message: "m" })).status).toBe(422);
    expect((await call("POST", "/logs?colour=red", { message: "m" })).status).toBe(422);
    expect((await call("POST", "/logs", { message: "kept" })).status).toBe(200);
    expect((await call("DELETE", "/logs?sevice=orders")).status).toBe(422);
    expect((await call("DELETE", "/logs?service=nothing")).status).toBe(404);
    expect(await messagesOf(key)).toEqual(["kept"]);
    expect((await call("DELETE", "/logs")).body).toMatchObject({ deleted: 1 });
    expect(await messagesOf(key)).toEqual([]);
  });

  test("a repeat under an Idempotency-Key stores nothing twice, an upload that broke off goes on, and another request is refused", async () => {
    const key = await freshKey();
    const call = apiClient(key);
    const once = { "idempotency-key": "batch-1" };
    const [first, second] = [
      await call("POST", "/logs", [{ message: "a" }, {}], once),
      await call("POST", "/logs", [{ message: "a" }, {}], once),
    ];
    expect(second.body).toEqual(first.body);
    expect((await call("POST", "/logs", [{ message: "b" }], once)).status).toBe(422);
    const lines = Array.from({ length: 5 }, (_, index) => `{"message":"u${index}"}\n`);
    const again = { ...ndjson, "idempotency-key": "upload-1" };
    await call("POST", "/logs", lines.slice(0, 3).join(""), again);
    const whole = await call("POST", "/logs", lines.join(""), again);
    expect(LogReceipt.parse(whole.body).accepted).toBe(5);
    expect(await messagesOf(key)).toEqual(["u4", "u3", "u2", "u1", "u0", "a"]);
  });

  test("the key may stand in the address of an upload, and a form stands for a line", async () => {
    const key = await freshKey();
    const call = apiClient(null);
    expect(
      (await call("POST", `/logs?hook_private_key=${key}`, '{"message":"up"}', ndjson)).body.accepted,
    ).toBe(1);
    const form = new URLSearchParams({ hook_private_key: key, message: "7", data: '{"a":1}' }).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    expect((await call("POST", "/logs", form, type)).body.accepted).toBe(1);
    expect(await messagesOf(key)).toEqual(["7", "up"]);
  });

  test("a sender that leaves halfway leaves whole lines, and nothing half", async () => {
    const key = await freshKey();
    const sending = request(new URL("/api/v1/logs", inject("apiOrigin")), {
      method: "POST",
      headers: { ...ndjson, authorization: `Bearer ${key}` },
    });
    sending.on("error", () => undefined);
    sending.write('{"message":"whole"}\n'.repeat(1_000));
    sending.write('{"message":"half');
    await expect.poll(() => messagesOf(key), { timeout: 20_000 }).toHaveLength(100);
    sending.destroy();
    await new Promise<void>((resolve) => sending.once("close", resolve));
    expect(new Set(await messagesOf(key))).toEqual(new Set(["whole"]));
  });
});

/** Opens a stream; `until` reads on until there is enough of its text. */
async function opened(path: string, key: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const response = await fetch(new URL(`/api/v1${path}`, inject("apiOrigin")), {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    type: response.headers.get("content-type"),
    leave: () => leaving.abort(),
    async until(enough: (text: string) => boolean): Promise<string> {
      while (!enough(text)) {
        const part = await reader?.read();
        if (part === undefined || part.done) break;
        text += part.value;
      }
      return text;
    },
  };
}

describe("the stream over HTTP", () => {
  test("begins with the newest lines, goes on live, and resumes behind an id, as events and as lines of JSON", async () => {
    const key = await freshKey();
    const call = apiClient(key);
    await call(
      "POST",
      "/logs",
      ["a", "b\ndata: forged\n\n", "c"].map((message) => ({ message })),
    );
    const tail = await opened("/logs/stream?last=2", key);
    expect(tail.type).toContain("text/event-stream");
    await tail.until((text) => /^id: /m.test(text));
    await call("POST", "/logs", { message: "live" });
    const text = await tail.until((got) => got.includes('"live"') && got.endsWith("\n\n"));
    tail.leave();
    const events = text.split("\n\n").filter((block) => block.includes("event: line"));
    const lines = events.map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "null"));
    expect(lines.map(({ message }) => message)).toEqual(["b\ndata: forged\n\n", "c", "live"]);
    expect(events[0]).not.toMatch(/^id:/m);
    const [, id = ""] = /^id: (\d+-\d+)$/m.exec(events[2] ?? "") ?? [];
    await call("POST", "/logs", [{ message: "d" }, { message: "e" }]);
    for (const how of [
      { path: `/logs/stream?stream=ndjson&after=${id}`, headers: {} },
      { path: "/logs/stream", headers: { accept: "application/x-ndjson", "last-event-id": id } },
    ]) {
      const resumed = await opened(how.path, key, how.headers);
      expect(resumed.type).toContain("application/x-ndjson");
      const got = await resumed.until((part) => part.split("\n").length > 2);
      resumed.leave();
      const values = got
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(values.map(({ message }) => message)).toEqual(["d", "e"]);
      expect(values[0].after).toMatch(/^\d+-\d+$/);
    }
  });
});
