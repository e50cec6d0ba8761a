import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import type { Question } from "@/lib/rules/language/question";
import { keyValue, rawRequest, recordingUpstream, sendRaw, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const ada = keyValue("ada");
const withKey = `X-API-Key: ${ada}`;
const jsonType = "Content-Type: application/json";

/** A gateway that remembers what its rules were asked, with a rule that reads bodies or without. */
async function scene(readsBodies = true) {
  const upstream = await recordingUpstream();
  const target = { origin: upstream.origin, path: "" };
  const body = { when: { route: "/nowhere", body: { amount: { gt: 100 } } } };
  const ruleset = testRuleset(readsBodies ? [{ rule: { name: "reads", effect: "deny", ...body } }] : [], [
    testService("invoices", { upstream: target, defaultVerdict: "allow" }),
  ]);
  const asked: Question[] = [];
  const decide = vi.fn((_ruleset: unknown, question: Question) => {
    asked.push(question);
    return { verdict: "allow" as const, rules: [], route: null, reason: "DEFAULT_ALLOW", shadow: null };
  });
  return { ...upstream, ...(await testGateway(ruleset, { decide })), asked };
}

const made = (values: Question["headers"]) => ({ ...(typeof values === "function" ? values() : values) });
const posted = (headers: string[], body: string) =>
  rawRequest(["POST /acme/invoices/x HTTP/1.1", withKey, ...headers, `Content-Length: ${body.length}`], body);

describe("of the head, rules see", () => {
  it("every header that is forwarded, under its name in lower case with _ as -, in the lines that were sent", async () => {
    const { port, asked, received } = await scene();
    const lines = [
      "X-Role: user",
      "x_role: admin, root",
      "Cookie: a=1; next-auth.session-token=s",
      "Accept: */*",
    ];
    await sendRaw(port, rawRequest(["GET /acme/invoices/x HTTP/1.1", withKey, ...lines]));
    expect(made(asked[0]?.headers)).toEqual({
      host: "gateway.test",
      "x-role": ["user", "admin, root"],
      cookie: "a=1",
      accept: "*/*",
    });
    expect(received[0]?.headers).toMatchObject({ "x-role": "user", x_role: "admin, root", cookie: "a=1" });
  });

  it("neither a credential nor what claims an identity nor what Connection takes out", async () => {
    const { port, asked } = await scene();
    const lines = [
      `Authorization: Bearer ${ada}`,
      "X-Forwarded-For: 1.2.3.4",
      "X_Latchkey_Key_Id: root",
      "X-Once: 1",
      "Connection: x-once",
    ];
    await sendRaw(port, rawRequest(["GET /acme/invoices/x HTTP/1.1", withKey, ...lines]));
    expect(Object.keys(made(asked[0]?.headers))).toEqual(["host"]);
  });

  it("no Authorization, not even one that belongs to the upstream", async () => {
    const { port, asked } = await scene();
    await sendRaw(port, rawRequest(["GET /acme/invoices/x HTTP/1.1", withKey, "Authorization: Basic YTpi"]));
    expect(Object.keys(made(asked[0]?.headers))).toEqual(["host"]);
  });

  it("the query decoded, several values as a list, without the key, and no name that every object has", async () => {
    const { port, asked } = await scene();
    const query = `a=%C3%A9+1&b=1&b=2&c&hook_private_key=${ada}&__proto__=p`;
    await sendRaw(port, rawRequest([`GET /acme/invoices/x?${query} HTTP/1.1`]));
    const values = made(asked[0]?.query);
    expect(Object.entries(values)).toEqual([
      ["a", "é 1"],
      ["b", ["1", "2"]],
      ["c", ""],
      ["__proto__", "p"],
    ]);
    const query2 = asked[0]?.query;
    expect(typeof query2 === "function" && query2().constructor).toBeUndefined();
  });

  it.each(["x=1;role=admin", "a=%ff", "a=%zz", "a=%00"])(
    "nothing of the query %s, on which upstreams disagree: the call is refused where a rule asks for it",
    async (query) => {
      const { port, received, records } = await scene();
      await sendRaw(port, rawRequest([`GET /acme/invoices/x?${query} HTTP/1.1`, withKey]));
      expect(received).toHaveLength(1);
      const strict = testRuleset(
        [{ rule: { name: "asks", effect: "deny", when: { query: { role: "admin" } } } }],
        [testService("invoices", { defaultVerdict: "allow" })],
      );
      const other = await testGateway(strict);
      const answer = await sendRaw(
        other.port,
        rawRequest([`GET /acme/invoices/x?${query} HTTP/1.1`, withKey]),
      );
      expect(answer.status).toBe(400);
      expect(other.records).toMatchObject([{ verdict: "deny", reason: "QUERY_UNCLEAR", status: 400 }]);
      expect(records).toHaveLength(1);
    },
  );
});

describe("of the body, rules see", () => {
  it("nothing, and it is not read, where no rule reads one", async () => {
    const { port, asked, received } = await scene(false);
    await sendRaw(port, posted([jsonType], '{"amount":5}'));
    expect(asked).toMatchObject([{ body: undefined }]);
    expect(received[0]?.body.toString()).toBe('{"amount":5}');
  });

  it.each([
    ["JSON", [jsonType], '{ "amount":5 , "x":[1] }', { kind: "json", value: { amount: 5, x: [1] } }],
    ["JSON of a dialect", ["Content-Type: application/hal+json"], "[1]", { kind: "json", value: [1] }],
    [
      "a form",
      ["Content-Type: application/x-www-form-urlencoded"],
      "a=1&a=%202&b",
      { kind: "form", fields: { a: ["1", " 2"], b: "" } },
    ],
    [
      "JSON without the key's field",
      [jsonType],
      '{"hook_private_key":"k","a":1}',
      { kind: "json", value: { a: 1 } },
    ],
    ["64 levels", [jsonType], `${"[".repeat(64)}${"]".repeat(64)}`, { kind: "json" }],
    [
      "65 levels",
      [jsonType],
      `${"[".repeat(65)}${"]".repeat(65)}`,
      { kind: "error", message: expect.stringMatching("deeper") },
    ],
    [
      "a key twice",
      [jsonType],
      '{"a":1,"\\u0061":2}',
      { kind: "error", message: expect.stringMatching("twice") },
    ],
    ["no JSON", [jsonType], "{", { kind: "error", message: expect.stringMatching("not valid") }],
    ["no UTF-8", [jsonType], '"\xff"', { kind: "error", message: expect.stringMatching("UTF-8") }],
    [
      "another charset",
      [`${jsonType}; charset=latin1`],
      "1",
      { kind: "error", message: expect.stringMatching("charset") },
    ],
    [
      "another type",
      ["Content-Type: text/plain"],
      "1",
      { kind: "error", message: expect.stringMatching("type") },
    ],
    ["multipart", ["Content-Type: multipart/form-data; boundary=b"], "--b--", { kind: "error" }],
    [
      "an encoding",
      [jsonType, "Content-Encoding: gzip"],
      gzipSync("1").toString("latin1"),
      { kind: "error", message: expect.stringMatching("Content-Encoding") },
    ],
    [
      "a form that reads as JSON",
      ["Content-Type: application/x-www-form-urlencoded"],
      '{"a":1}',
      { kind: "error" },
    ],
    [
      "more than 1 MiB",
      [jsonType],
      `"${"a".repeat(1_048_576)}"`,
      { kind: "error", message: expect.stringMatching("1 MiB") },
    ],
  ])("%s, which is forwarded byte for byte", async (_name, headers, body, seen) => {
    const { port, asked, received } = await scene();
    await sendRaw(port, posted(headers, body));
    expect(asked[0]?.body).toMatchObject(seen);
    expect(received[0]?.body.toString("latin1")).toBe(body);
  });

  it("that of a GET too, and none where none is sent", async () => {
    const { port, asked } = await scene();
    await sendRaw(
      port,
      rawRequest(["GET /acme/invoices/x HTTP/1.1", withKey, jsonType, "Content-Length: 1"], "1"),
    );
    await sendRaw(port, rawRequest(["POST /acme/invoices/x HTTP/1.1", withKey]));
    expect(asked).toMatchObject([{ body: { kind: "json", value: 1 } }, { body: { kind: "absent" } }]);
  });

  it("an overlong one in chunks as an error, though it arrives whole at the upstream", async () => {
    const { port, asked, received } = await scene();
    const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`;
    await sendRaw(
      port,
      rawRequest(
        ["POST /acme/invoices/x HTTP/1.1", withKey, jsonType, "Transfer-Encoding: chunked"],
        `${chunk.repeat(20)}0\r\n\r\n`,
      ),
    );
    expect(asked[0]?.body).toMatchObject({ kind: "error" });
    expect(received[0]?.body).toHaveLength(20 * 65_536);
  });

  it("what stays of one that holds the key, and the upstream gets the same", async () => {
    const { port, asked, received } = await scene();
    const body = `{"hook_private_key":"${ada}","a":1}`;
    await sendRaw(
      port,
      rawRequest(["POST /acme/invoices/x HTTP/1.1", jsonType, `Content-Length: ${body.length}`], body),
    );
    expect(asked[0]).toMatchObject({ credential: { name: "ada" }, body: { kind: "json", value: { a: 1 } } });
    expect(received[0]?.body.toString()).toBe('{"a":1}');
  });
});
