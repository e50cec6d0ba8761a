import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readDocument } from "@/lib/services/openapi/document";
import { importRequiredScopes } from "@/lib/services/openapi/import";
import { readRequiredScopes } from "@/lib/services/openapi/required-scopes";
import { createService } from "@/lib/services/create";
import { readService } from "@/lib/services/read";
import { CreateService } from "@/lib/services/schema";
import { createTestWorkspace } from "@/lib/testing/workspace";

const petstore = readFileSync("docs/guides/services/petstore.yaml", "utf8");

const schemes = {
  login: { type: "openIdConnect", openIdConnectUrl: "https://id.example.com" },
  oauth: { type: "oauth2", flows: {} },
  key: { type: "apiKey", in: "header", name: "k" },
  moved: { $ref: "#/components/securitySchemes/oauth" },
};

function document(paths: object, more: object = {}) {
  return {
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    components: { securitySchemes: schemes },
    paths,
    ...more,
  };
}

/** What is read of one operation, `GET /a`, with this security. */
function needed(security: unknown, more: object = {}) {
  const { requiredScopes, notes } = readRequiredScopes(
    readDocument(document({ "/a": { get: { security } } }, more)),
    "none",
  );
  return { scopes: requiredScopes[0]?.scopes ?? [], effects: notes.map(({ effect }) => effect) };
}

describe("security requirements of an OpenAPI document", () => {
  it("of a pet store in YAML become required scopes, and what they say otherwise is noted", () => {
    expect(readRequiredScopes(readDocument(petstore), "none")).toEqual({
      operations: 7,
      requiredScopes: [
        { methods: ["POST", "PUT"], route: "/pet", scopes: ["read:pets", "write:pets"] },
        { methods: ["GET"], route: "/pet/findByStatus", scopes: ["read:pets"] },
        { methods: ["GET"], route: "/pet/{petId}", scopes: ["read:pets", "write:pets"] },
        { methods: ["DELETE"], route: "/pet/{petId}", scopes: ["write:pets"] },
      ],
      notes: [
        { at: "GET /pet/{petId}", effect: "stricter", message: expect.stringContaining("API key") },
        { at: "GET /pet/findByStatus", effect: "stricter", message: expect.stringContaining("write:pets") },
      ],
    });
  });

  it("stand below the paths of the document's servers where that is wanted", () => {
    const routes = readRequiredScopes(readDocument(petstore), "servers").requiredScopes.map(
      ({ route }) => route,
    );
    expect(routes).toEqual([
      "/api/v3/pet",
      "/api/v3/pet/findByStatus",
      "/api/v3/pet/{petId}",
      "/api/v3/pet/{petId}",
    ]);
    const servers = [
      {
        url: "https://{region}.example.com/{base}/",
        variables: { region: { default: "eu" }, base: { default: "v2" } },
      },
      { url: "https://example.com" },
      { url: "/{unknown}" },
    ];
    const read = readRequiredScopes(
      readDocument(document({ "/a": { get: { security: [{ oauth: ["read:a"] }] } } }, { servers })),
      "servers",
    );
    expect(read.requiredScopes.map(({ route }) => route)).toEqual(["/v2/a", "/a"]);
    expect(read.notes).toMatchObject([{ at: "GET /a", effect: "weaker" }]);
  });

  it.each<[string, unknown, string[], string[]]>([
    ["one requirement needs its scopes", [{ oauth: ["read:a", "read:b"] }], ["read:a", "read:b"], []],
    [
      "schemes beside one another need both",
      [{ oauth: ["read:a"], login: ["read:b"] }],
      ["read:a", "read:b"],
      [],
    ],
    [
      "either of two needs both, never less than the document",
      [{ oauth: ["read:a"] }, { login: ["read:b"] }],
      ["read:a", "read:b"],
      ["stricter"],
    ],
    [
      "of two where one is enough, that one",
      [{ oauth: ["read:a", "read:b"] }, { oauth: ["read:b"] }],
      ["read:b"],
      [],
    ],
    [
      "a key instead of scopes does not open what scopes guard",
      [{ key: [] }, { oauth: ["read:a"] }],
      ["read:a"],
      ["stricter"],
    ],
    ["only a key needs no scope", [{ key: [] }], [], []],
    ["roles that a key's scheme lists are not lost in silence", [{ key: ["admin"] }], [], ["weaker"]],
    ["nothing at all, in so many words, needs none", [{}, { oauth: ["read:a"] }], [], ["none"]],
    ["an empty list needs none", [], [], []],
    ["a scheme by reference", [{ moved: ["read:a"] }], ["read:a"], []],
    ["a scheme that is not described is taken for scopes", [{ other: ["read:a"] }], ["read:a"], ["none"]],
    [
      "a scope of another form is left out, and said so",
      [{ oauth: ["https://x.example/auth", "read:a"] }],
      ["read:a"],
      ["weaker"],
    ],
    ["what is no list is said so", "oauth", [], ["weaker"]],
  ])("%s", (_title, security, scopes, effects) => {
    expect(needed(security)).toEqual({ scopes, effects });
  });

  it("of the document hold for operations without their own", () => {
    const security = [{ oauth: ["read:a"] }];
    expect(needed(undefined, { security }).scopes).toEqual(["read:a"]);
    expect(needed([], { security }).scopes).toEqual([]);
    expect(needed(undefined).scopes).toEqual([]);
  });

  it.each<[string, string | null, string[]]>([
    ["/pets/{pet-id}", "/pets/{pet_id}", []],
    ["/a/{x}/{x!}", "/a/{x}/{x_}", []],
    ["/files/{name}.json", "/files/*", ["stricter"]],
    ["/{a}-{b}/c/", "/*/c", ["stricter"]],
    ["/caf%C3%A9", "/café", []],
    ["/", "/", []],
    ["/a?b={c}", null, ["weaker"]],
    ["/a//b", null, ["weaker"]],
    ["/a*/b", "/*/b", ["stricter"]],
    ["/files/*", "/files/*", ["stricter"]],
    ["/%2A%2A/%7Bx%7D", "/*/*", ["stricter"]],
    ["/a%2Fb", null, ["weaker"]],
    ["relative", null, ["weaker"]],
  ])("of the path %s stand at the route %s", (path, route, effects) => {
    const security = [{ oauth: ["read:a"] }];
    const read = readRequiredScopes(readDocument(document({ [path]: { get: { security } } })), "none");
    expect(read.requiredScopes.map((entry) => entry.route)).toEqual(route === null ? [] : [route]);
    expect(read.notes.map(({ effect }) => effect)).toEqual(effects);
  });

  it("of what is no operation are not lost in silence", () => {
    const read = readRequiredScopes(readDocument(document({ "/a": { get: "x", post: {} } })), "none");
    expect(read).toMatchObject({ operations: 1, notes: [{ at: "GET /a", effect: "weaker" }] });
  });

  it("of a path item elsewhere in the document are read, of one in another document not fetched", () => {
    const item = { get: { security: [{ oauth: ["read:a"] }] } };
    const read = readRequiredScopes(
      readDocument(
        document(
          {
            "/a": { $ref: "#/components/pathItems/a" },
            "/b": { $ref: "https://example.com/other.yaml#/b" },
            "/c": { $ref: "#/paths/~1c" },
          },
          { components: { securitySchemes: schemes, pathItems: { a: item } } },
        ),
      ),
      "none",
    );
    expect(read.requiredScopes).toEqual([{ methods: ["GET"], route: "/a", scopes: ["read:a"] }]);
    expect(read.notes).toMatchObject([
      { at: "/b", effect: "weaker" },
      { at: "/c", effect: "weaker" },
    ]);
  });

  it.each([
    ["no version", "paths: {}"],
    ["Swagger 2", 'swagger: "2.0"'],
    ["no object", "[]"],
    ["broken YAML", "openapi: [3.0.0"],
    ["no paths", "openapi: 3.1.0"],
    ["a list of paths", "openapi: 3.1.0\npaths: []"],
    ["a key twice", "openapi: 3.0.0\nopenapi: 3.1.0\npaths: {}"],
    [
      "aliases without an end",
      `a: &a [x]\n${Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [${"*a,".repeat(50)}*${n === 0 ? "a" : `b${n - 1}`}]`).join("\n")}\nopenapi: 3.0.0\npaths: {}`,
    ],
    ["100,000 levels", `openapi: 3.0.0\npaths: ${"[".repeat(100_000)}`],
    ["too much YAML", `openapi: 3.0.0\npaths: {}\n# ${"x".repeat(300_000)}`],
  ])("a document with %s is refused in words", (_name, text) => {
    expect(() => readDocument(text)).toThrow(expect.objectContaining({ kind: "invalid" }));
  });

  it("a document of too many operations is refused before it takes long", () => {
    const paths = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`/${n}/{id}`, { get: {} }]));
    expect(() => readRequiredScopes(readDocument(document(paths)), "none")).toThrow(/not valid/);
  });
});

describe("importing them", () => {
  async function scene() {
    const { owner } = await createTestWorkspace();
    await createService(owner, CreateService.parse({ slug: "pets", upstream: "http://127.0.0.1:9" }));
    return owner;
  }

  it("stores nothing on a dry run, and takes the place of all that was there on a real one", async () => {
    const owner = await scene();
    const asked = { document: petstore, basePath: "none", partial: false } as const;
    const dry = await importRequiredScopes(owner, "pets", { ...asked, dryRun: true });
    expect(dry).toMatchObject({ operations: 7, service: null });
    expect((await readService(owner, "pets")).requiredScopes).toEqual([]);
    const { service } = await importRequiredScopes(owner, "pets", { ...asked, dryRun: false });
    expect(service?.requiredScopes).toEqual(dry.requiredScopes);
    expect((await readService(owner, "pets")).requiredScopes).toHaveLength(4);
  });

  it("over what someone changed since it was read is refused, and the change stays", async () => {
    const owner = await scene();
    const { updatedAt } = await readService(owner, "pets");
    const asked = { document: petstore, basePath: "none", partial: false, dryRun: false, updatedAt } as const;
    const imports = await Promise.allSettled([
      importRequiredScopes(owner, "pets", asked),
      importRequiredScopes(owner, "pets", { ...asked, basePath: "servers" }),
    ]);
    expect(imports.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const now = await readService(owner, "pets");
    await expect(importRequiredScopes(owner, "pets", asked)).rejects.toMatchObject({
      kind: "stale",
      extra: { members: { current: now } },
    });
    expect(await readService(owner, "pets")).toEqual(now);
    await importRequiredScopes(owner, "pets", { ...asked, updatedAt: now.updatedAt });
  });

  it("is refused where the document asks for more than can be said, unless that is wanted", async () => {
    const owner = await scene();
    const given = document({ "/a": { get: { security: [{ oauth: ["repo", "read:a"] }] } } });
    const asked = { document: given, basePath: "none", dryRun: false } as const;
    await expect(importRequiredScopes(owner, "pets", { ...asked, partial: false })).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "document.GET /a", message: expect.stringContaining("repo") }] },
    });
    expect((await readService(owner, "pets")).requiredScopes).toEqual([]);
    const { requiredScopes } = await importRequiredScopes(owner, "pets", { ...asked, partial: true });
    expect(requiredScopes).toEqual([{ methods: ["GET"], route: "/a", scopes: ["read:a"] }]);
  });

  it("needs update:services, and another workspace's service does not exist", async () => {
    const owner = await scene();
    const asked = { document: petstore, basePath: "none", partial: false, dryRun: true } as const;
    await expect(importRequiredScopes({ ...owner, scopes: ["*:*"] }, "pets", asked)).rejects.toMatchObject({
      kind: "forbidden",
    });
    const stranger = await createTestWorkspace();
    await expect(importRequiredScopes(stranger.owner, "pets", asked)).rejects.toMatchObject({
      kind: "not-found",
    });
  });
});
