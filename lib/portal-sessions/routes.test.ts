import { beforeAll, describe, expect, inject, test } from "vitest";
import { Customer } from "@/lib/customers/schema";
import { idWithin } from "@/lib/keys/format";
import { IssuedKey } from "@/lib/keys/schema";
import { platformScopes } from "@/lib/scopes/catalogue";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { ExchangedSession, NewPortalSession, PortalSessionPage } from "@/lib/portal-sessions/schema";

const app = "https://app.example.com";
let provider: ReturnType<typeof apiClient>;
let secret: string;
let customer: Customer;

beforeAll(async () => {
  ({ provider, secret } = await makeProvider());
  const made = await provider("POST", "/customers", { externalId: "acme", name: "Acme" });
  expect(made.status).toBe(201);
  customer = Customer.parse(made.body);
  expect(
    (await provider("PATCH", "/workspace", { allowedOrigins: [`${app}/`] })).body.allowedOrigins,
  ).toEqual([app]);
});

async function makeProvider() {
  const { owner } = await createTestWorkspace();
  const issued = await issueKey(owner, { scopes: [...Object.keys(platformScopes), "*:*"] });
  return { provider: apiClient(issued.secret), secret: issued.secret };
}

async function open(capabilities = ["keys:read"]) {
  const answer = await provider("POST", "/portal-sessions", { customer: "acme", capabilities });
  expect(answer.status).toBe(201);
  return NewPortalSession.parse(answer.body);
}

async function enter(capabilities?: string[]) {
  const { id, code } = await open(capabilities);
  const answer = await apiClient(null)("POST", "/portal-sessions/exchange", { code });
  expect(answer.status).toBe(200);
  const { token } = ExchangedSession.parse(answer.body);
  return { id, code, token, call: apiClient(token) };
}

describe("portal sessions over HTTP", () => {
  test("opened, exchanged, used, listed and ended, the end effective on the next request", async () => {
    const { id, token, call } = await enter(["keys:read", "keys:create", "keys:revoke"]);
    expect(token).toMatch(/^lps_[0-9A-Za-z]{43}$/);
    const { body, status } = await call("POST", "/keys", { name: "made there", scopes: ["read:invoices"] });
    expect(status).toBe(201);
    expect((await call("GET", "/keys")).body.items).toMatchObject([
      { id: body.key.id, customer: customer.id },
    ]);
    const listed = PortalSessionPage.parse((await provider("GET", "/portal-sessions?customer=acme")).body);
    expect(listed.items.find((item) => item.id === id)).toMatchObject({ status: "active" });
    expect((await call("GET", "/portal-sessions")).status).toBe(403);
    expect((await provider("DELETE", `/portal-sessions/${id}`)).status).toBe(204);
    expect((await call("GET", "/keys")).status).toBe(401);
    expect((await provider("DELETE", `/portal-sessions/${id}`)).status).toBe(204);
    expect((await provider("DELETE", "/portal-sessions/pse_none")).status).toBe(404);
  });

  test("codes used, over or made up get the same answer to the letter", async () => {
    const { code } = await enter();
    const answers = await Promise.all(
      [code, `lpc_${"x".repeat(43)}`, "x"].map((one) =>
        apiClient(null)("POST", "/portal-sessions/exchange", { code: one }, { origin: app }),
      ),
    );
    const told = answers.map(({ status, headers, body: { instance: _instance, ...body } }) => ({
      status,
      body,
      cors: headers.get("access-control-allow-origin"),
    }));
    expect(told[0]).toMatchObject({ status: 401, cors: app });
    for (const one of told) expect(one).toEqual(told[0]);
  });

  test.each([
    ["keys:create", "POST", "/keys", { name: "no" }],
    ["usage:read", "GET", "/usage", undefined],
    ["decisions:read", "GET", "/decisions", undefined],
    ["audit:read", "GET", "/audit", undefined],
    ["keys:revoke", "POST", "/keys/revoke", { ids: ["key_x"], reason: "" }],
  ])("without the capability %s its action is 403, with it not", async (capability, method, path, body) => {
    const [without, given] = [await enter(["keys:read"]), await enter([capability])];
    expect((await without.call(method, path, body)).status).toBe(403);
    expect((await given.call(method, path, body)).status).toBeLessThan(300);
  });

  test("a token counts in Authorization alone, and beside no other credential", async () => {
    const { token } = await enter();
    const plain = apiClient(null);
    expect((await plain("GET", "/keys", undefined, { "x-api-key": token })).status).toBe(401);
    expect((await plain("GET", `/keys?hook_private_key=${token}`)).status).toBe(401);
    expect((await plain("POST", "/keys", { name: "x", hook_private_key: token })).status).toBe(401);
    expect((await apiClient(token)("GET", "/keys", undefined, { "x-api-key": secret })).status).toBe(400);
  });

  test("a live stream ends when its session is ended, and shows its customer's decisions only", async () => {
    const { id, token } = await enter(["decisions:read"]);
    const theirs = IssuedKey.parse(
      (await provider("POST", "/keys", { name: "streamed", customer: "acme" })).body,
    );
    for (const key of [secret, theirs.secret]) await provider("POST", "/keys/verify", { key });
    const response = await fetch(
      new URL("/api/v1/decisions/stream?after=0&stream=ndjson", inject("apiOrigin")),
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(theirs.key.id)) text += (await reader?.read())?.value ?? "";
    await provider("DELETE", `/portal-sessions/${id}`);
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      text += part.value;
    expect(text).toContain("The right to read decisions ended.");
    expect(text).not.toContain(idWithin(secret));
  });

  test("a repeat with an Idempotency-Key gets the first code, with another body 422", async () => {
    const headers = { "idempotency-key": `once-${Date.now()}` };
    const ask = (capabilities: string[]) =>
      provider("POST", "/portal-sessions", { customer: "acme", capabilities }, headers);
    const first = await ask(["keys:read"]);
    expect((await ask(["keys:read"])).body).toEqual(first.body);
    expect((await ask(["usage:read"])).status).toBe(422);
  });

  test.each([
    [422, "an unknown customer", { customer: "nobody", capabilities: ["keys:read"] }],
    [422, "an unknown capability", { customer: "acme", capabilities: ["all"] }],
    [422, "no capability", { customer: "acme", capabilities: [] }],
    [422, "an unknown field", { customer: "acme", capabilities: ["keys:read"], code: "x" }],
    [400, "broken JSON", "{"],
  ])("%s for %s", async (status, _what, body) => {
    const answer = await provider("POST", "/portal-sessions", body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("pages of other origins", () => {
  const preflight = (origin: string) =>
    apiClient(null)("OPTIONS", "/keys", undefined, {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    });

  test("of a listed origin: preflight, exchange, answers and refusals can be read, never with cookies", async () => {
    const asked = await preflight(app);
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(app);
    expect(asked.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(asked.headers.get("access-control-allow-methods")).toContain("PATCH");
    const { code } = await open();
    const exchanged = await apiClient(null)("POST", "/portal-sessions/exchange", { code }, { origin: app });
    const call = apiClient(ExchangedSession.parse(exchanged.body).token);
    const answers = [
      exchanged,
      await call("GET", "/keys", undefined, { origin: app }),
      await call("POST", "/keys", { name: "no" }, { origin: app }),
      await apiClient(`lps_${"x".repeat(43)}`)("GET", "/keys", undefined, { origin: app }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 401]);
    for (const { headers } of [asked, ...answers]) {
      expect(headers.get("access-control-allow-origin")).toBe(app);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")?.toLowerCase()).toContain("origin");
    }
  });

  test("of an origin that no workspace lists: no preflight, no exchange, and a token does nothing there", async () => {
    for (const origin of ["https://evil.example", `${app}.evil.example`, "http://app.example.com", "null"]) {
      expect((await preflight(origin)).headers.get("access-control-allow-origin")).toBeNull();
      const { code } = await open();
      const refused = await apiClient(null)("POST", "/portal-sessions/exchange", { code }, { origin });
      expect(refused.status).toBe(401);
      expect(refused.headers.get("access-control-allow-origin")).toBeNull();
      const { call } = await enter(["keys:create"]);
      const answer = await call("POST", "/keys", { name: "from evil" }, { origin });
      expect(answer.status).toBe(403);
      expect(answer.body.type).toBe("/docs/problems/foreign-origin");
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await provider("GET", "/keys?q=evil")).body.items).toEqual([]);
  });

  test("of an origin that another workspace lists: its pages cannot use this workspace's tokens or codes", async () => {
    const other = (await makeProvider()).provider;
    const elsewhere = "https://elsewhere.example";
    expect((await other("PATCH", "/workspace", { allowedOrigins: [elsewhere] })).status).toBe(200);
    const { token } = await enter();
    const answer = await apiClient(token)("GET", "/keys", undefined, { origin: elsewhere });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    const { code } = await open();
    const refused = await apiClient(null)(
      "POST",
      "/portal-sessions/exchange",
      { code },
      { origin: elsewhere },
    );
    expect(refused.status).toBe(401);
    expect((await apiClient(null)("POST", "/portal-sessions/exchange", { code })).status).toBe(200);
  });

  test("no key's answer can be read across origins, listed or not", async () => {
    const answer = await provider("GET", "/keys", undefined, { origin: app });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test.each([
    "*",
    "https://*.example.com",
    "app.example.com",
    "https://app.example.com/path",
    "https://user:pass@app.example.com",
    "http://app.example.com",
    "javascript:alert(1)",
    "null",
  ])("%s cannot be listed", async (origin) => {
    const answer = await provider("PATCH", "/workspace", { allowedOrigins: [origin] });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].path).toBe("allowedOrigins.0");
  });
});
