import { beforeAll, describe, expect, test } from "vitest";
import { apiClient, type Answer } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let admin: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.system, { scopes: ["platform:*", "*:*"] })).secret;
});

const ask = (
  ...[method, path, body, headers]: [string, string, unknown?, Record<string, string>?]
): Promise<Answer> => apiClient(admin)(method, path, body, headers);

const many = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index));

describe("a role's life", () => {
  test("made, given, changed under its keys, refused to go while held, and gone", async () => {
    const made = await ask("POST", "/roles", {
      name: "billing",
      description: "Sends bills",
      scopes: ["invoices::write"],
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "billing", description: "Sends bills", scopes: ["write:invoices"], keyCount: 0 },
    });
    const issued = await ask("POST", "/keys", { name: "biller", roles: ["billing"] });
    expect(issued.body.key.grant).toEqual(["write:invoices"]);
    const verify = (scopes: string) => ask("POST", "/keys/verify", { key: issued.body.secret, scopes });
    expect((await verify("write:invoices")).body.code).toBe("VALID");
    const changed = await ask("PATCH", "/roles/billing", { scopes: ["read:invoices"] });
    expect(changed).toMatchObject({ status: 200, body: { scopes: ["read:invoices"], keyCount: 1 } });
    expect((await verify("write:invoices")).body.code).toBe("INSUFFICIENT_SCOPE");
    expect((await verify("invoices::read or write:invoices")).body.code).toBe("VALID");
    expect(await ask("DELETE", "/roles/billing")).toMatchObject({ status: 409, body: { keys: 1 } });
    await ask("PATCH", `/keys/${issued.body.key.id}`, { roles: [] });
    expect((await ask("DELETE", "/roles/billing")).status).toBe(204);
    expect((await ask("GET", "/roles/billing")).status).toBe(404);
    const trail = await ask("GET", "/audit?subject=billing");
    expect(trail.body.items.map(({ action }: { action: string }) => action)).toEqual([
      "roles.delete",
      "roles.update",
      "roles.create",
    ]);
  });

  test("roles and scopes page by cursor, in the order of their names, each once", async () => {
    for (const name of ["page-a", "page-b", "page-c"]) await ask("POST", "/roles", { name, scopes: [] });
    const names: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body }: Answer = await ask(
        "GET",
        `/roles?q=page-&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      names.push(...body.items.map(({ name }: { name: string }) => name));
      expect(body.total).toBe(3);
      cursor = body.nextCursor;
    }
    expect(names).toEqual(["page-a", "page-b", "page-c"]);
    const { body } = await ask("GET", "/scopes?kind=platform&limit=2");
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(["platform", "platform"]);
    const next = await ask("GET", `/scopes?kind=platform&limit=100&cursor=${body.nextCursor}`);
    expect(next.body.items).toContainEqual(
      expect.objectContaining({ name: "set:datastore", event: "datastore.set", kind: "platform" }),
    );
    expect((await ask("GET", `/roles?cursor=${body.nextCursor}`)).status).toBe(400);
  });

  test("a role made twice under one Idempotency-Key is made once, and a name taken otherwise is a conflict", async () => {
    const role = { name: "once", scopes: [] };
    const headers = { "idempotency-key": "role-once" };
    const [first, second] = [
      await ask("POST", "/roles", role, headers),
      await ask("POST", "/roles", role, headers),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect((await ask("POST", "/roles", role)).status).toBe(409);
    const racing = await Promise.all(
      [1, 2, 3].map(() => ask("POST", "/roles", { name: "race", scopes: [] })),
    );
    expect(racing.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });
});

describe("bad input", () => {
  test.each([
    ["a role of roles", "POST", "/roles", { name: "nest", scopes: [], roles: ["billing"] }, "roles"],
    ["a role that lists itself as a scope", "POST", "/roles", { name: "self", scopes: ["self"] }, "scopes.0"],
    [
      "a role of 101 scopes",
      "POST",
      "/roles",
      { name: "big", scopes: many(101, (n) => `read:s${n}`) },
      "scopes",
    ],
    ["a role without a list", "POST", "/roles", { name: "none" }, "scopes"],
    ["a role's name with a space", "POST", "/roles", { name: "a b", scopes: [] }, "name"],
    [
      "a reserved name that is no scope",
      "POST",
      "/roles",
      { name: "r", scopes: ["read:platform"] },
      "scopes.0",
    ],
    ["a key of 101 scopes", "POST", "/keys", { name: "k", scopes: many(101, (n) => `read:s${n}`) }, "scopes"],
    ["a key of 51 roles", "POST", "/keys", { name: "k", roles: many(51, (n) => `r${n}`) }, "roles"],
    ["a key with an unknown role", "POST", "/keys", { name: "k", roles: ["nothere"] }, "roles"],
    [
      "a key with an unknown platform scope",
      "POST",
      "/keys",
      { name: "k", scopes: ["platform:x"] },
      "scopes.0",
    ],
    ["a platform scope defined", "POST", "/scopes", { name: "read:events" }, "name"],
    ["a platform scope defined in its other spelling", "POST", "/scopes", { name: "events::read" }, "name"],
    ["a wildcard defined", "POST", "/scopes", { name: "read:*" }, "name"],
    ["a scope without a resource", "POST", "/scopes", { name: "read" }, "name"],
    ["a scope renamed", "PATCH", "/scopes/read:x", { name: "read:y", description: "" }, "name"],
    [
      "an expression that does not end",
      "POST",
      "/keys/verify",
      { key: "x", scopes: "read:a and (" },
      "scopes",
    ],
    [
      "an expression nested 1,000 deep",
      "POST",
      "/keys/verify",
      { key: "x", scopes: `${"(".repeat(400)}read:a` },
      "scopes",
    ],
    [
      "an expression over 1,000 characters",
      "POST",
      "/keys/verify",
      { key: "x", scopes: "read:a or ".repeat(200) },
      "scopes",
    ],
  ])("%s is refused with its place", async (_what, method, path, body, place) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({ status: 422, body: { type: "/docs/problems/invalid" } });
    const places = answer.body.errors.map((error: { path: string }) => error.path);
    expect(places).toContain(place);
  });

  test("once scopes are defined, one that is not is refused on keys, roles and ceilings, and loses nothing", async () => {
    const { system } = await createTestWorkspace();
    const own = apiClient((await issueKey(system, { scopes: ["platform:*", "*:*"] })).secret);
    expect((await own("POST", "/scopes", { name: "read:invoices", description: "List" })).status).toBe(201);
    for (const [path, body] of [
      ["/keys", { name: "typo", scopes: ["read:invocies"] }],
      ["/roles", { name: "typo", scopes: ["read:invocies"] }],
    ] as const) {
      const answer = await own("POST", path, body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "scopes" }] } });
      expect(answer.body.errors[0].message).toContain("read:invocies");
    }
    expect((await own("POST", "/keys", { name: "typo", scopes: ["invoices::read"] })).status).toBe(201);
    expect(await own("DELETE", "/scopes/read:invoices")).toMatchObject({ status: 409, body: { keys: 1 } });
  });

  test("beyond the caller's grant is 403 and names what is beyond", async () => {
    await ask("POST", "/roles", { name: "mighty", scopes: ["revoke:keys"] });
    const scopes = ["create:keys", "create:roles", "update:roles", "read:invoices"];
    const limited = apiClient((await issueKey(workspace.system, { scopes })).secret);
    for (const [method, path, body, beyond] of [
      ["POST", "/keys", { name: "k", scopes: ["write:invoices"] }, "write:invoices"],
      ["POST", "/keys", { name: "k", scopes: ["read:*"] }, "read:*"],
      ["POST", "/keys", { name: "k", roles: ["mighty"] }, "revoke:keys"],
      ["POST", "/roles", { name: "r", scopes: ["rotate:keys"] }, "rotate:keys"],
      ["PATCH", "/roles/mighty", { description: "Mine" }, "revoke:keys"],
    ] as const)
      expect(await limited(method, path, body)).toMatchObject({ status: 403, body: { beyond } });
  });

  test("another workspace's role and scope do not exist, whatever is done with them", async () => {
    await ask("POST", "/roles", { name: "ours", scopes: [] });
    await ask("POST", "/scopes", { name: "read:ours" });
    const { system } = await createTestWorkspace();
    const stranger = apiClient((await issueKey(system, { scopes: ["platform:*", "*:*"] })).secret);
    for (const [method, path, body, status] of [
      ["GET", "/roles/ours", undefined, 404],
      ["PATCH", "/roles/ours", { scopes: [] }, 404],
      ["DELETE", "/roles/ours", undefined, 404],
      ["PATCH", "/scopes/read:ours", { description: "" }, 404],
      ["DELETE", "/scopes/read:ours", undefined, 404],
      ["POST", "/keys", { name: "k", roles: ["ours"] }, 422],
    ] as const)
      expect({ path, status: (await stranger(method, path, body)).status }).toEqual({ path, status });
    expect((await stranger("GET", "/roles")).body.items).toEqual([]);
    expect((await stranger("GET", "/scopes")).body.items).toEqual([]);
  });
});
