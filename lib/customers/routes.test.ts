import { beforeAll, describe, expect, test } from "vitest";
import { Customer, CustomerPage } from "@/lib/customers/schema";
import { IssuedKey } from "@/lib/keys/schema";
import { platformScopes } from "@/lib/scopes/catalogue";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

let call: ReturnType<typeof apiClient>;

beforeAll(async () => {
  const { owner } = await createTestWorkspace();
  const scopes = [...Object.keys(platformScopes), "read:invoices", "write:submissions"];
  call = apiClient((await issueKey(owner, { scopes })).secret);
});

async function add(body: object) {
  const answer = await call("POST", "/customers", body);
  expect(answer.status).toBe(201);
  return Customer.parse(answer.body);
}

const codeOf = async (key: string) => (await call("POST", "/keys/verify", { key })).body.code;

describe("customers over HTTP", () => {
  test("a customer's whole life: added, given keys, capped, disabled, enabled, removed", async () => {
    const made = await add({ externalId: "life", name: "Life Ltd", keyCountMax: 1, metadata: { crm: "7" } });
    expect(CustomerPage.parse((await call("GET", "/customers?q=life")).body)).toMatchObject({ total: 1 });
    expect((await call("GET", "/customers/life")).body).toEqual(made);
    const key = { name: "one", customer: "life", scopes: ["read:invoices", "write:submissions"] };
    const { secret } = IssuedKey.parse((await call("POST", "/keys", key)).body);
    const full = await call("POST", "/keys", { name: "two", customer: "life" });
    expect(full).toMatchObject({ status: 409, body: { keyCount: 1, keyCountMax: 1 } });
    const verify = async () => (await call("POST", "/keys/verify", { key: secret })).body;
    expect((await verify()).scopes).toEqual(["read:invoices", "write:submissions"]);
    expect((await call("PATCH", "/customers/life", { scopeCeiling: ["read:*"] })).status).toBe(200);
    expect((await verify()).scopes).toEqual(["read:invoices"]);
    expect((await call("PATCH", "/customers/life", { disabled: true })).body.status).toBe("disabled");
    expect(await codeOf(secret)).toBe("DISABLED");
    expect((await apiClient(secret)("GET", "/whoami")).status).toBe(401);
    expect((await call("PATCH", "/customers/life", { disabled: false })).body.status).toBe("active");
    expect(await codeOf(secret)).toBe("VALID");
    expect(await call("DELETE", "/customers/life")).toMatchObject({ status: 409, body: { keyCount: 1 } });
    expect((await call("DELETE", "/customers/life?revokeKeys=true")).status).toBe(204);
    expect(await codeOf(secret)).toBe("REVOKED");
    expect((await call("GET", "/customers/life")).status).toBe(404);
  });

  test("a repeat with an Idempotency-Key gets the first answer, with another body 422", async () => {
    const headers = { "idempotency-key": `c-${Date.now()}` };
    const first = await call("POST", "/customers", { externalId: "once", name: "Once" }, headers);
    expect(first.status).toBe(201);
    expect((await call("POST", "/customers", { externalId: "once", name: "Once" }, headers)).body).toEqual(
      first.body,
    );
    expect((await call("POST", "/customers", { externalId: "two", name: "Two" }, headers)).status).toBe(422);
  });

  test("customers page without missing or repeating any", async () => {
    const tag = `page-${Date.now()}`;
    for (let index = 0; index < 5; index += 1) await add({ externalId: `${tag}-${index}`, name: tag });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = CustomerPage.parse((await call("GET", `/customers?q=${tag}&limit=2${next}`)).body);
      seen.push(...page.items.map(({ externalId }) => externalId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([4, 3, 2, 1, 0].map((index) => `${tag}-${index}`));
  });

  test.each([
    [400, "broken JSON", "POST", "/customers", "{"],
    [422, "no name", "POST", "/customers", { externalId: "x" }],
    [422, "an unknown field", "POST", "/customers", { externalId: "x", name: "x", colour: "red" }],
    [422, "an unknown plan", "POST", "/customers", { externalId: "x", name: "x", plan: "none" }],
    [
      422,
      "a limit of zero",
      "POST",
      "/customers",
      { externalId: "x", name: "x", rateLimits: [{ limit: 0, windowSeconds: 1 }] },
    ],
    [
      422,
      "metadata over 16 KiB",
      "POST",
      "/customers",
      { externalId: "x", name: "x", metadata: { a: "x".repeat(17_000) } },
    ],
    [400, "NUL in the external id's search", "GET", "/customers?externalId=%00", undefined],
    [422, "an unknown status", "GET", "/customers?status=gone", undefined],
    [400, "a made-up cursor", "GET", "/customers?cursor=x", undefined],
    [422, "half a yes", "DELETE", "/customers/none?revokeKeys=maybe", undefined],
    [404, "an unknown customer", "PATCH", "/customers/none", { name: "x" }],
    [404, "an unknown customer's members", "GET", "/customers/none/members", undefined],
  ])("%s for %s", async (status, _what, method, path, body) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.detail).toEqual(expect.any(String));
  });
});
