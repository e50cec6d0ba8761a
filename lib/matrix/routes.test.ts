import { expect, inject, it } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp() {
  const workspace = await createTestWorkspace();
  const { secret, key } = await issueKey(workspace.owner, { name: "ada", scopes: ["platform:*"] });
  const call = apiClient(secret);
  await call("POST", "/services", { slug: "invoices", upstream: "http://127.0.0.1:9" });
  const rule = await call("POST", "/rules", { name: "all", effect: "allow", attachments: [] });
  return { call, secret, key, rule: rule.body };
}

it("a cell is read, changed and taken back over HTTP, and the window says when it is another", async () => {
  const { call, key, rule } = await setUp();
  const first = await call("GET", "/matrix");
  expect(first).toMatchObject({
    status: 200,
    body: { cells: [{ credential: key.id, service: "invoices", state: "denied", rules: [] }] },
  });
  const tag = first.headers.get("etag") ?? "";
  expect((await call("GET", "/matrix", undefined, { "if-none-match": tag })).status).toBe(304);
  const change = { credential: "ada", service: "invoices", attach: [rule.id] };
  const changed = await call("PUT", "/matrix/cells", change);
  expect(changed).toMatchObject({
    status: 200,
    body: {
      cell: {
        state: "allowed",
        rules: [{ id: rule.id, name: "all", effect: "allow", mode: "enforce", via: "cell" }],
      },
    },
  });
  expect((await call("GET", "/matrix", undefined, { "if-none-match": tag })).status).toBe(200);
  const cell = await call("GET", "/matrix/cells?credential=ada&service=invoices");
  expect(cell.body).toMatchObject({
    version: changed.body.version,
    rules: [{ name: "all", attachedBy: key.id, attachedIn: changed.body.version }],
  });
  expect((await call("PUT", "/matrix/cells", changed.body.undo)).body.cell.state).toBe("denied");
});

it("bad input names its place and changes nothing", async () => {
  const { call, rule } = await setUp();
  const refused = async (body: object) => (await call("PUT", "/matrix/cells", body)).body;
  const place = { credential: "ada", service: "invoices" };
  expect(await refused({ ...place, attach: ["rule_no"] })).toMatchObject({
    status: 422,
    errors: [{ path: "attach.0" }],
  });
  expect(await refused({ credential: "eve", service: "no", attach: [rule.id] })).toMatchObject({
    status: 422,
    errors: [{ path: "service" }, { path: "credential" }],
  });
  expect(await refused({ ...place, attached: [] })).toMatchObject({ status: 422 });
  expect(await refused({ attach: [rule.id] })).toMatchObject({ status: 422 });
  expect(await refused({ ...place, attach: [rule.id], detach: [rule.id] })).toMatchObject({ status: 422 });
  for (const query of ["?state=maybe", "?limit=1000", "?offset=-1", "?rows=3"])
    expect((await call("GET", `/matrix${query}`)).status).toBe(422);
  expect((await call("GET", "/matrix/cells?credential=eve&service=invoices")).status).toBe(404);
  expect((await call("GET", "/matrix/cells?credential=ada&service=invoices")).body.rules).toEqual([]);
});

it("the stream says the version at once, and the next as soon as someone else changed a rule", async () => {
  const { call, secret, rule } = await setUp();
  const gone = new AbortController();
  const response = await fetch(new URL("/api/v1/matrix/stream", inject("apiOrigin")), {
    headers: { authorization: `Bearer ${secret}` },
    signal: gone.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => (await reader?.read())?.value;
  expect(await next()).toBe(`id: ${rule.version}\nevent: ruleset\ndata: {"version":${rule.version}}\n\n`);
  const changed = await call("PUT", "/matrix/cells", { service: "invoices", attach: [rule.id] });
  expect(await next()).toContain(`data: {"version":${changed.body.version}}`);
  gone.abort();
});
