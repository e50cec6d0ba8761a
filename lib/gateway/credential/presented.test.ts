import { describe, expect, it } from "vitest";
import { keyValue, rawRequest, recordingUpstream, sendRaw, testGateway } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const ada = keyValue("ada");
const bob = keyValue("bob");
/** The shape of a key, but not made here. */
const theirs = keyValue("theirs", "x");

async function scene() {
  const upstream = await recordingUpstream();
  const target = { origin: upstream.origin, path: "" };
  const services = [
    testService("private", { upstream: target, defaultVerdict: "allow" }),
    testService("public", { upstream: target, defaultVerdict: "allow", visibility: "public" }),
  ];
  return { ...upstream, ...(await testGateway(testRuleset([], services))) };
}

interface Sent {
  target?: string;
  headers?: string[];
  body?: string;
}

function post({ target = "/acme/private/x", headers = [], body = "" }: Sent): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return rawRequest([`POST ${target} HTTP/1.1`, ...headers, ...length], body);
}

const json = "Content-Type: application/json";
const form = "Content-Type: application/x-www-form-urlencoded";
const multipart = "Content-Type: multipart/form-data; boundary=b";
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

const transports: [string, Sent, { url?: string; body?: string }][] = [
  ["Authorization", { headers: [`Authorization: Bearer ${ada}`] }, {}],
  ["X-API-Key", { headers: [`X-API-Key: ${ada}`] }, {}],
  ["hook_private_key header", { headers: [`hook_private_key: ${ada}`] }, {}],
  ["hookio-private-key header", { headers: [`hookio-private-key: ${ada}`] }, {}],
  ["query", { target: `/acme/private/x?a=%41&hook_private_key=${ada}&b` }, { url: "/x?a=%41&b" }],
  ["query alone", { target: `/acme/private/x?hook_private_key=${ada}` }, { url: "/x" }],
  [
    "JSON body",
    { headers: [json], body: `{ "hook_private_key": "${ada}", "n": 1.0 }` },
    { body: '{ "n": 1.0 }' },
  ],
  ["urlencoded body", { headers: [form], body: `a=1&hook_private_key=${ada}` }, { body: "a=1" }],
  [
    "multipart body",
    { headers: [multipart], body: `${part("a", "1")}${part("hook_private_key", ada)}--b--\r\n` },
    { body: `${part("a", "1")}--b--\r\n` },
  ],
  [
    "two places at once",
    { target: `/acme/private/x?hook_private_key=${ada}`, headers: [`X-API-Key: ${ada}`] },
    { url: "/x" },
  ],
  [
    "one beside an empty one",
    { target: "/acme/private/x?hook_private_key=", headers: [`X-API-Key: ${ada}`] },
    { url: "/x" },
  ],
];

describe("a key", () => {
  it.each(transports)("by %s is accepted and goes no further", async (_name, sent, forwarded) => {
    const { port, received, records } = await scene();
    const answer = await sendRaw(port, post(sent));
    expect(answer.status).toBe(200);
    expect(received).toMatchObject([{ url: forwarded.url ?? "/x" }]);
    expect(received[0]?.body.toString()).toBe(forwarded.body ?? "");
    const seen = [
      received[0]?.url,
      ...(received[0]?.rawHeaders ?? []),
      received[0]?.body.toString(),
      JSON.stringify(records),
    ].join("\n");
    expect(seen).not.toContain(ada);
    expect(records).toMatchObject([{ credential: { id: "key_ada" }, verdict: "allow" }]);
  });

  it("cut out of a body leaves one right Content-Length, and no digest of the old body", async () => {
    const { port, received } = await scene();
    const digests = ["Content-MD5: x", "Content-Digest: sha-256=:x:"];
    await sendRaw(port, post({ headers: [json, ...digests], body: `{"hook_private_key":"${ada}","n":1}` }));
    expect(received[0]?.headers).toMatchObject({ "content-length": "7" });
    expect(received[0]?.headers).not.toHaveProperty("content-md5");
    expect(received[0]?.headers).not.toHaveProperty("content-digest");
    expect(received[0]?.headers).not.toHaveProperty("transfer-encoding");
  });

  it("in a chunked body is found as well", async () => {
    const { port, received } = await scene();
    const body = `{"hook_private_key":"${ada}"}`;
    const chunks = [body.slice(0, 9), body.slice(9)]
      .map((text) => `${text.length.toString(16)}\r\n${text}\r\n`)
      .join("");
    const answer = await sendRaw(
      port,
      rawRequest(["POST /acme/private/x HTTP/1.1", json, "Transfer-Encoding: chunked"], `${chunks}0\r\n\r\n`),
    );
    expect(answer.status).toBe(200);
    expect(received[0]?.body.toString()).toBe("{}");
  });

  it.each<[string, Sent]>([
    ["headers", { headers: [`X-API-Key: ${ada}`, `hook_private_key: ${bob}`] }],
    [
      "header and query",
      { target: `/acme/private/x?hook_private_key=${bob}`, headers: [`Authorization: Bearer ${ada}`] },
    ],
    ["query", { target: `/acme/private/x?hook_private_key=${ada}&hook_private_key=${bob}` }],
    ["body", { headers: [form], body: `hook_private_key=${ada}&hook_private_key=${bob}` }],
  ])("beside a different one in %s is 400 and recorded", async (_where, sent) => {
    const { port, received, records } = await scene();
    const answer = await sendRaw(port, post(sent));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).type).toContain("two-credentials");
    expect(records).toMatchObject([{ reason: "TWO_CREDENTIALS", status: 400 }]);
    expect(received).toEqual([]);
  });

  it.each<[string, Sent]>([
    ["X-API-Key", { headers: ["X-API-Key: nonsense"] }],
    ["the query", { target: "/acme/public/x?hook_private_key=nonsense" }],
    ["the body", { headers: [json], body: '{"hook_private_key":"nonsense"}' }],
  ])("that is none, in %s, is 401 even at a public service", async (_where, sent) => {
    const { port, records } = await scene();
    expect((await sendRaw(port, post({ target: "/acme/public/x", ...sent }))).status).toBe(401);
    expect(records).toMatchObject([{ reason: "MALFORMED" }]);
  });
});

describe("an Authorization value that is no key of ours", () => {
  it.each([
    "Basic dXNlcjpwYXNz",
    "Bearer some-token",
    `Bearer ${theirs}`,
    "Digest username=a, realm=b",
    "Bearer",
  ])("belongs to the upstream and passes as it is: %s", async (value) => {
    const { port, received } = await scene();
    const headers = [`Authorization: ${value}`];
    expect((await sendRaw(port, post({ target: "/acme/public/x", headers }))).status).toBe(200);
    expect((await sendRaw(port, post({ headers: [...headers, `X-API-Key: ${ada}`] }))).status).toBe(200);
    expect(received.map(({ headers: { authorization } }) => authorization)).toEqual([value, value]);
  });

  it("is no credential at a private service, and a mistyped key is told apart in the record", async () => {
    const { port, records } = await scene();
    expect((await sendRaw(port, post({ headers: ["Authorization: Bearer token"] }))).status).toBe(401);
    expect((await sendRaw(port, post({ headers: [`Authorization: Bearer ${theirs}`] }))).status).toBe(401);
    expect(records.map(({ reason }) => reason)).toEqual(["NO_CREDENTIAL", "MALFORMED"]);
  });
});

describe("a body", () => {
  const long = (prefix: string) => `${prefix}${"x".repeat(1024 * 1024)}"}`;

  it("over 1 MiB is not searched: it passes whole to a public service, and a private one asks for a key", async () => {
    const { port, received } = await scene();
    const body = long(`{"hook_private_key":"${ada}","a":"`);
    expect((await sendRaw(port, post({ target: "/acme/public/x", headers: [json], body }))).status).toBe(200);
    expect(received[0]?.body.equals(Buffer.from(body))).toBe(true);
    expect((await sendRaw(port, post({ headers: [json], body }))).status).toBe(401);
  });

  it("whose length is not told passes whole when it turns out too long", async () => {
    const { port, received, records } = await scene();
    const body = long('{"a":"');
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const answer = await sendRaw(
      port,
      rawRequest(["POST /acme/public/x HTTP/1.1", json, "Transfer-Encoding: chunked"], chunked),
    );
    expect(answer.status).toBe(200);
    expect(received[0]?.body.equals(Buffer.from(body))).toBe(true);
    expect(records[0]?.requestBytes).toBe(body.length);
  });

  it.each([
    ["compressed", [json, "Content-Encoding: gzip"]],
    ["of another type", ["Content-Type: text/plain"]],
  ])("that is %s is not searched and passes as it is", async (_what, headers) => {
    const { port, received } = await scene();
    const body = `{"hook_private_key":"${ada}"}`;
    expect((await sendRaw(port, post({ target: "/acme/public/x", headers, body }))).status).toBe(200);
    expect(received[0]?.body.toString()).toBe(body);
    expect((await sendRaw(port, post({ headers, body }))).status).toBe(401);
  });

  it("without a credential reaches a public service byte for byte", async () => {
    const { port, received } = await scene();
    for (const body of ['{"a": 1.10}', "{broken", '{"hook_private_key": 5}'])
      await sendRaw(port, post({ target: "/acme/public/x", headers: [json], body }));
    expect(received.map(({ body }) => body.toString())).toEqual([
      '{"a": 1.10}',
      "{broken",
      '{"hook_private_key": 5}',
    ]);
  });

  it("is asked for only once the call is admitted", async () => {
    const { port } = await scene();
    const expecting = ["Expect: 100-continue", "Content-Length: 2"];
    const refused = await sendRaw(port, rawRequest(["POST /acme/private/x HTTP/1.1", ...expecting]));
    expect(refused.rawHead).toMatch(/^HTTP\/1.1 401/);
    const admitted = await sendRaw(
      port,
      rawRequest([`POST /acme/private/x HTTP/1.1`, `X-API-Key: ${ada}`, ...expecting], "ok"),
    );
    expect(admitted.rawHead).toMatch(/^HTTP\/1.1 100/);
    expect(admitted.body).toMatch(/^HTTP\/1.1 200/);
  });
});
