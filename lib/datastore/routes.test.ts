import { request as plainRequest } from "node:http";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { randomBase62 } from "@/lib/db/id";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let secret: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  const scopes = ["get:datastore", "set:datastore", "del:datastore", "recent:datastore"];
  secret = (await issueKey(workspace.system, { scopes })).secret;
});

const pathOf = (key: string) => `/datastore/${encodeURIComponent(key)}`;
const ask = (...[method, path, body, headers]: [string, string, unknown?, Record<string, string>?]) =>
  apiClient(secret)(method, path, body, headers);

/** A call whose body, both ways, is bytes. */
function raw(
  method: string,
  key: string,
  given: { body?: BodyInit; headers?: Record<string, string>; query?: string } = {},
) {
  const { body, headers = {}, query = "" } = given;
  return fetch(new URL(`/api/v1${pathOf(key)}${query}`, inject("apiOrigin")), {
    method,
    headers: { authorization: `Bearer ${secret}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** Next sends what it answers in chunks, and answers paths that it cannot read before any handler sees them. */
const isInNext = inject("apiMount") === "next";

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);

describe("what is stored comes back", () => {
  test("byte for byte, in the type it was sent with, and without one as application/octet-stream", async () => {
    const sent = await raw("PUT", "bytes", {
      body: everyByte,
      headers: { "content-type": 'image/x-own; a="b;c"' },
    });
    expect(sent.status).toBe(201);
    const got = await raw("GET", "bytes");
    expect(got.headers.get("content-type")).toBe('image/x-own; a="b;c"');
    if (!isInNext) expect(got.headers.get("content-length")).toBe("256");
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(everyByte);
    await raw("PUT", "untyped", { body: everyByte });
    expect((await raw("GET", "untyped")).headers.get("content-type")).toBe("application/octet-stream");
  });

  test("JSON keeps its own spelling: spaces, order and digits", async () => {
    const body = '{ "b": 1.0,\n "a": 12345678901234567890 }';
    expect((await ask("PUT", pathOf("spelt"), body)).status).toBe(201);
    expect(await (await raw("GET", "spelt")).text()).toBe(body);
  });

  test("a value of no bytes is a value", async () => {
    expect((await raw("PUT", "empty", { headers: { "content-type": "text/plain" } })).status).toBe(201);
    const got = await raw("GET", "empty");
    expect([got.status, await got.text()]).toEqual([200, ""]);
  });

  test("a value of exactly 256 KiB is stored, and one byte more is refused", async () => {
    expect((await raw("PUT", "largest", { body: new Uint8Array(262_144) })).status).toBe(201);
    const over = await raw("PUT", "largest", { body: new Uint8Array(262_145) });
    expect([over.status, await over.json()]).toMatchObject([413, { type: "/docs/problems/too-large" }]);
    expect((await (await raw("GET", "largest")).arrayBuffer()).byteLength).toBe(262_144);
  });
});

describe("any key is addressed by one percent-encoded segment", () => {
  test.each([
    "plain",
    "users/42/settings",
    "/leading",
    "trailing/",
    "a//b",
    "a/../b",
    "...",
    "a b+c",
    "50%",
    "a%2Fb",
    "%",
    "q?a=1&b#c",
    "schlüssel/ключ/钥匙/🔑",
    "e\u0301",
    "\u00e9",
    "increment",
    "x/increment",
    "recent",
    "\t\n\u0001",
    "..%2f..",
    ";a=b,c:d@e!$'()*",
    "k".repeat(512),
    "🔑".repeat(128),
  ])("%j", async (name) => {
    const value = { name, nonce: randomBase62(8) };
    const put = await ask("PUT", pathOf(name), value);
    expect(put.body).toMatchObject({ key: name });
    expect((await ask("GET", pathOf(name))).body).toEqual(value);
    const listed = await ask("GET", `/datastore?prefix=${encodeURIComponent(name)}&limit=1`);
    expect(listed.body.items[0].key).toBe(name);
    expect((await raw("HEAD", name)).status).toBe(200);
    expect((await ask("DELETE", pathOf(name))).status).toBe(204);
    expect((await ask("GET", pathOf(name))).status).toBe(404);
    const added = await ask("POST", `${pathOf(name)}/increment`, { by: 2 });
    expect(added.body).toMatchObject({ key: name, value: 2 });
    expect((await ask("GET", pathOf(name))).body).toBe(2);
  });
});

describe("bad input gets a clear problem answer and stores nothing", () => {
  const json = { "content-type": "application/json" };
  test.each<[string, string, string, { body?: string; headers?: Record<string, string> }, number, string]>([
    [
      "a key of 10 KB",
      "PUT",
      `/datastore/${"k".repeat(10_240)}`,
      { body: "1", headers: json },
      422,
      "invalid",
    ],
    ["a key of 10 KB, read", "GET", `/datastore/${"k".repeat(10_240)}`, {}, 422, "invalid"],
    ["a key of 513 bytes", "PUT", pathOf(`${"🔑".repeat(128)}a`), { body: "1" }, 422, "invalid"],
    ["NUL in a key", "PUT", "/datastore/a%00b", { body: "1" }, 422, "invalid"],
    ["NUL in a prefix", "GET", "/datastore?prefix=%00", {}, 400, "bad-request"],
    ["JSON that is none", "PUT", "/datastore/bad", { body: "{", headers: json }, 422, "invalid"],
    ["no JSON at all", "PUT", "/datastore/bad", { body: "", headers: json }, 422, "invalid"],
    [
      "a type that is none",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "content-type": "text" } },
      422,
      "invalid",
    ],
    [
      "a type of 300 characters",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "content-type": `text/${"x".repeat(300)}` } },
      422,
      "invalid",
    ],
    [
      "encoded bytes",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "content-encoding": "gzip" } },
      415,
      "unsupported-media-type",
    ],
    [
      "a part of a value",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "content-range": "bytes 0-0/2" } },
      400,
      "bad-request",
    ],
    ["a time of no seconds", "PUT", "/datastore/bad?expiresIn=0", { body: "1" }, 422, "invalid"],
    ["a time that is no number", "PUT", "/datastore/bad?expiresIn=soon", { body: "1" }, 422, "invalid"],
    [
      "a time of half a second",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "latchkey-expires-in": "0.5" } },
      422,
      "invalid",
    ],
    [
      "a time of a thousand years",
      "PUT",
      "/datastore/bad?expiresIn=31536000000",
      { body: "1" },
      422,
      "invalid",
    ],
    [
      "two times",
      "PUT",
      "/datastore/bad?expiresIn=5",
      { body: "1", headers: { "latchkey-expires-in": "6" } },
      422,
      "invalid",
    ],
    ["a misspelt parameter", "PUT", "/datastore/bad?expires=60", { body: "1" }, 422, "invalid"],
    [
      "an entity tag without quotes",
      "PUT",
      "/datastore/bad",
      { body: "1", headers: { "if-match": "7" } },
      400,
      "bad-request",
    ],
    [
      "a customer that is not there",
      "PUT",
      "/datastore/bad?customer=nobody",
      { body: "1" },
      404,
      "not-found",
    ],
    [
      "half a step",
      "POST",
      "/datastore/bad/increment",
      { body: '{"by":0.5}', headers: json },
      422,
      "invalid",
    ],
    [
      "a step in words",
      "POST",
      "/datastore/bad/increment",
      { body: '{"by":"1"}', headers: json },
      422,
      "invalid",
    ],
    [
      "a step beyond safe numbers",
      "POST",
      "/datastore/bad/increment",
      { body: '{"by":1e300}', headers: json },
      422,
      "invalid",
    ],
    ["another method", "PATCH", "/datastore/bad", { body: "1" }, 404, "not-found"],
    ["a value that is not there", "GET", "/datastore/bad", {}, 404, "not-found"],
    ["a value that is not there, deleted", "DELETE", "/datastore/bad", {}, 404, "not-found"],
    ["a cursor of another list", "GET", "/datastore?cursor=abc", {}, 400, "bad-request"],
  ])("%s", async (_what, method, path, { body, headers }, status, kind) => {
    const answer = await apiClient(secret)(method, path, body, { "content-type": "text/plain", ...headers });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status,
      body: { type: `/docs/problems/${kind}`, detail: expect.any(String) },
    });
    expect((await ask("GET", pathOf("bad"))).status).toBe(404);
  });

  test("bytes that are not UTF-8 are no JSON", async () => {
    const body = Uint8Array.from([0x22, 0xe9, 0x22]);
    const answer = await raw("PUT", "bad", { body, headers: { "content-type": "application/json" } });
    expect(answer.status).toBe(422);
  });

  test("a path that is no percent-encoding, no UTF-8, or leads elsewhere is answered by no value", async () => {
    for (const key of ["%zz", "%ED%A0%80"])
      expect(await statusOfPath(`/api/v1/datastore/${key}`)).toBe(isInNext ? 500 : 400);
    expect(await statusOfPath("/api/v1/datastore/%2e%2e")).toBe(isInNext ? 308 : 404);
  });
});

/** Sends a target as it is written, which fetch would mend. */
function statusOfPath(path: string): Promise<number> {
  const { hostname, port } = new URL(inject("apiOrigin"));
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    const call = plainRequest({ hostname, port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.once("error", reject).end();
  });
}

describe("entity tags as RFC 9110 has them", () => {
  test("each write gives a new one; GET, HEAD, PUT, list and recent agree on it", async () => {
    const first = await ask("PUT", pathOf("tagged"), { a: 1 });
    const second = await ask("PUT", pathOf("tagged"), { a: 1 });
    expect([first.status, second.status]).toEqual([201, 200]);
    const etag = second.headers.get("etag");
    expect(etag).toMatch(/^"\d+"$/);
    expect(first.headers.get("etag")).not.toBe(etag);
    expect(second.body.etag).toBe(etag);
    const [got, head] = [await raw("GET", "tagged"), await raw("HEAD", "tagged")];
    for (const header of ["etag", "last-modified", "content-type", "content-length"])
      expect(head.headers.get(header)).toBe(got.headers.get(header));
    expect(got.headers.get("etag")).toBe(etag);
    expect(await head.text()).toBe("");
    const listed = await ask("GET", "/datastore?prefix=tagged");
    expect(listed.body.items[0].etag).toBe(etag);
    expect((await ask("GET", "/recent-values?limit=1")).body.items[0].etag).toBe(etag);
  });

  test("If-None-Match answers 304 without a body for the same value, and the value once it changed", async () => {
    const { headers } = await ask("PUT", pathOf("cached"), { a: 1 });
    const etag = headers.get("etag") ?? "";
    for (const method of ["GET", "HEAD"]) {
      const same = await raw(method, "cached", { headers: { "if-none-match": `"0", W/${etag}` } });
      expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);
    }
    await ask("PUT", pathOf("cached"), { a: 2 });
    const changed = await raw("GET", "cached", { headers: { "if-none-match": etag } });
    expect([changed.status, await changed.json()]).toEqual([200, { a: 2 }]);
  });

  test("If-Modified-Since answers 304 from the second of the write on", async () => {
    const { body } = await ask("PUT", pathOf("dated"), { a: 1 });
    const at = (ms: number) => new Date(Date.parse(body.updatedAt) + ms).toUTCString();
    const status = async (since: string) =>
      (await raw("GET", "dated", { headers: { "if-modified-since": since } })).status;
    expect([await status(at(0)), await status(at(-1_000))]).toEqual([304, 200]);
  });

  test("If-Match lets one of two writers through, and tells the other what is there", async () => {
    const { headers } = await ask("PUT", pathOf("guarded"), { a: 1 });
    const etag = headers.get("etag") ?? "";
    const mine = await ask("PUT", pathOf("guarded"), { a: 2 }, { "if-match": etag });
    const late = await ask("PUT", pathOf("guarded"), { a: 3 }, { "if-match": etag });
    expect([mine.status, late.status]).toEqual([200, 412]);
    expect(late.body).toMatchObject({ type: "/docs/problems/precondition-failed", etag: mine.body.etag });
    expect((await ask("DELETE", pathOf("guarded"), undefined, { "if-match": etag })).status).toBe(412);
    expect((await raw("GET", "guarded", { headers: { "if-match": etag } })).status).toBe(412);
    const gone = await ask("DELETE", pathOf("guarded"), undefined, { "if-match": mine.body.etag });
    expect(gone.status).toBe(204);
    expect((await ask("PUT", pathOf("guarded"), { a: 4 }, { "if-match": "*" })).status).toBe(412);
    expect((await ask("PUT", pathOf("guarded"), { a: 4 }, { "if-none-match": "*" })).status).toBe(201);
    expect((await ask("PUT", pathOf("guarded"), { a: 5 }, { "if-none-match": "*" })).status).toBe(412);
  });
});

test("a time to expire is taken by query or header, told by GET and in the list, and ends the value", async () => {
  const byHeader = await ask("PUT", pathOf("ttl/header"), 1, { "latchkey-expires-in": "1" });
  const byQuery = await ask("PUT", `${pathOf("ttl/query")}?expiresIn=600`, 1);
  expect(Date.parse(byQuery.body.expiresAt) - Date.parse(byQuery.body.updatedAt)).toBe(600_000);
  const got = await raw("GET", "ttl/query");
  expect(got.headers.get("latchkey-expires-at")).toBe(byQuery.body.expiresAt);
  expect(byHeader.body.expiresAt).not.toBeNull();
  await expect.poll(async () => (await raw("GET", "ttl/header")).status, { timeout: 5_000 }).toBe(404);
  const { body } = await ask("GET", "/datastore?prefix=ttl/");
  expect(body.items.map(({ key }: { key: string }) => key)).toEqual(["ttl/query"]);
  expect((await ask("PUT", pathOf("ttl/query"), 1)).body.expiresAt).toBeNull();
});

test("a value that is a page or a script is a download in a sandbox, and no page may load it as its own", async () => {
  for (const type of ["text/html", "image/svg+xml", "text/javascript", "application/xhtml+xml"]) {
    await raw("PUT", "evil", { body: "<script>alert(1)</script>", headers: { "content-type": type } });
    const got = await raw("GET", "evil");
    expect(got.headers.get("content-type")).toBe(type);
    expect(got.headers.get("content-disposition")).toBe("attachment");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
    expect(got.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    expect(got.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  }
  for (const destination of ["script", "style", "iframe", "worker", "serviceworker", "image", "object"])
    expect((await raw("GET", "evil", { headers: { "sec-fetch-dest": destination } })).status).toBe(403);
  for (const destination of ["empty", "document"])
    expect((await raw("GET", "evil", { headers: { "sec-fetch-dest": destination } })).status).toBe(200);
});

describe("the caller's key is never stored", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const multipart = { "content-type": "multipart/form-data; boundary=b" };
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const cases: [string, Record<string, string>, (key: string) => string, RegExp][] = [
    [
      "JSON",
      { "content-type": "application/json" },
      (key) => `{"a":1,"hook_private_key":"${key}"}`,
      /^\{"a":1\}$/,
    ],
    ["urlencoded", form, (key) => `a=1&hook_private_key=${key}`, /^a=1$/],
    [
      "multipart",
      multipart,
      (key) => `${part("a", "1")}${part("hook_private_key", key)}--b--\r\n`,
      /name="a"\r\n\r\n1/,
    ],
  ];
  test.each(cases)(
    "not when it comes in %s, with the same key in a header or without",
    async (_name, type, bodyOf, kept) => {
      for (const headers of [type, { ...type, authorization: `Bearer ${secret}` }]) {
        const key = `planted/${randomBase62(8)}`;
        const url = new URL(`/api/v1${pathOf(key)}`, inject("apiOrigin"));
        const put = await fetch(url, { method: "PUT", headers, body: bodyOf(secret) });
        expect(put.status).toBe(201);
        const text = await (await raw("GET", key)).text();
        expect(text).not.toContain(secret.slice(-40));
        expect(text).toMatch(kept);
        if ("authorization" in headers) expect(put.headers.get("etag")).toBeNull();
      }
    },
  );
});

test("an increment is done once for one Idempotency-Key", async () => {
  const once = { "idempotency-key": randomBase62(16) };
  const add = () => ask("POST", `${pathOf("once")}/increment`, { by: 1 }, once);
  const answers = [await add(), ...(await Promise.all([add(), add()]))];
  expect(answers.map(({ body }) => body.value)).toEqual([1, 1, 1]);
  expect((await ask("POST", `${pathOf("once")}/increment`, {})).body.value).toBe(2);
});

test("each scope permits its own verb only", async () => {
  await ask("PUT", pathOf("scoped"), 1);
  const calls: [string, string, unknown, string][] = [
    ["GET", pathOf("scoped"), undefined, "get:datastore"],
    ["GET", "/datastore", undefined, "get:datastore"],
    ["GET", "/recent-values", undefined, "recent:datastore"],
    ["POST", `${pathOf("scoped")}/increment`, {}, "set:datastore"],
    ["PUT", pathOf("scoped"), 1, "set:datastore"],
    ["DELETE", pathOf("scoped"), undefined, "del:datastore"],
  ];
  for (const scope of ["get:datastore", "recent:datastore", "set:datastore", "del:datastore"] as const) {
    const key = (await issueKey(workspace.system, { scopes: [scope] })).secret;
    for (const [method, path, body, needed] of calls) {
      const { status } = await apiClient(key)(method, path, body);
      expect({ scope, method, path, passes: status < 300 }).toEqual({
        scope,
        method,
        path,
        passes: scope === needed,
      });
    }
  }
});
