import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";
import { randomBase62 } from "@/lib/db/id";
import {
  CreateKeyRequestSchema,
  KeyService,
  ListKeysRequestSchema,
  UpdateKeyRequestSchema,
  VerifyKeyRequestSchema,
} from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { KeyPage } from "@/lib/keys/reading/schema";
import { platformScopes } from "@/lib/scopes/catalogue";
import { grpcClient, type GrpcAnswer, type GrpcCall } from "@/lib/testing/calls/grpc";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const { method } = KeyService;
const client = grpcClient(inject("grpcAddress") ?? "");
let workspace: TestWorkspace;
let admin: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.owner, { scopes: [...Object.keys(platformScopes), "*:*"] })).secret;
});

afterAll(() => client.close());

const ask = (call: GrpcCall): Promise<GrpcAnswer> =>
  client.call({ headers: { authorization: `Bearer ${admin}` }, ...call });

/** What is said of which field. */
const violations = ({ badRequest }: GrpcAnswer) =>
  badRequest?.fieldViolations.map(({ field, description }) => [field, description]);

const keysNamed = async (name: string) =>
  KeyPage.parse((await apiClient(admin)("GET", `/keys?q=${encodeURIComponent(name)}`)).body).total;

/** A message with one field more than the contract has. */
function withUnknownField(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, new BinaryWriter().tag(999, WireType.Varint).int32(1).finish()]);
}

describe("bytes", () => {
  test.each([
    ["of an ordinary call", method.createKey],
    ["of the hottest call", method.verifyKey],
  ])("that are no message are refused as such: %s", async (_, one) => {
    const answer = await ask({ method: one, request: Buffer.from("ffffffffffff", "hex") });
    expect([answer.code, answer.info?.reason]).toEqual(["INVALID_ARGUMENT", "BAD_REQUEST"]);
    expect(answer.words).toContain(`The bytes are not the ${one.input.typeName} that was expected`);
  });

  test("text that is no UTF-8 is refused", async () => {
    const request = new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .bytes(Buffer.from([0xff, 0xfe]))
      .finish();
    expect((await ask({ method: method.createKey, request })).code).toBe("INVALID_ARGUMENT");
  });

  test("text that the database cannot hold is refused", async () => {
    const made = await ask({ method: method.createKey, request: { name: "nul", externalId: "a\u0000b" } });
    expect([made.code, violations(made)]).toEqual([
      "INVALID_ARGUMENT",
      [["externalId", "must not hold control characters"]],
    ]);
    const sought = await ask({ method: method.listKeys, request: { q: "\u0000" } });
    expect([sought.code, sought.info?.reason]).toEqual(["INVALID_ARGUMENT", "BAD_REQUEST"]);
  });

  test("a message over 1 MiB is refused before it is read, one just below by its fields", async () => {
    const over = await ask({ method: method.createKey, request: { name: "x".repeat(1_048_576) } });
    expect(over.code).toBe("RESOURCE_EXHAUSTED");
    const below = await ask({ method: method.createKey, request: { name: "x".repeat(1_048_000) } });
    expect([below.code, violations(below)]).toEqual(["INVALID_ARGUMENT", [["name", expect.any(String)]]]);
  });

  test("metadata nested a thousand deep is refused", async () => {
    let value = new Uint8Array();
    for (let depth = 0; depth < 1_000; depth += 1) {
      const entry = new BinaryWriter().tag(1, 2).string("a").tag(2, 2).bytes(value).finish();
      value = Buffer.from(
        new BinaryWriter().tag(5, 2).bytes(new BinaryWriter().tag(1, 2).bytes(entry).finish()).finish(),
      );
    }
    const field = new BinaryWriter()
      .tag(1, 2)
      .bytes(new BinaryWriter().tag(1, 2).string("a").tag(2, 2).bytes(value).finish())
      .finish();
    const request = new BinaryWriter().tag(1, 2).string("deep").tag(6, 2).bytes(field).finish();
    expect((await ask({ method: method.createKey, request })).code).toBe("INVALID_ARGUMENT");
  });
});

describe("a field that the contract does not know is refused and nothing is stored", () => {
  test.each([
    [
      "at the top",
      (name: string) =>
        withUnknownField(toBinary(CreateKeyRequestSchema, create(CreateKeyRequestSchema, { name }))),
    ],
    [
      "inside a limit",
      (name: string) => {
        const limit = withUnknownField(new BinaryWriter().tag(3, 0).int64(1).tag(4, 0).int64(60).finish());
        return new BinaryWriter().tag(1, 2).string(name).tag(9, 2).bytes(limit).finish();
      },
    ],
  ])("%s", async (_, requestOf) => {
    const name = `unknown ${randomBase62(8)}`;
    const answer = await ask({ method: method.createKey, request: requestOf(name) });
    expect([answer.code, answer.info?.reason]).toEqual(["INVALID_ARGUMENT", "INVALID"]);
    expect(violations(answer)?.[0]?.[1]).toMatch(/^Unrecognized field number 999 in latchkey\.v1\./);
    expect(await keysNamed(name)).toBe(0);
  });

  test("in the hottest call", async () => {
    const request = withUnknownField(
      toBinary(VerifyKeyRequestSchema, create(VerifyKeyRequestSchema, { key: "x" })),
    );
    expect((await ask({ method: method.verifyKey, request })).info?.reason).toBe("INVALID");
  });

  test("and so is a value that an enum does not have", async () => {
    const request = new BinaryWriter().tag(4, 0).int32(99).finish();
    const answer = await ask({ method: method.listKeys, request });
    expect([answer.code, violations(answer)?.[0]?.[0]]).toEqual(["INVALID_ARGUMENT", "status"]);
  });
});

describe("what only messages can get wrong", () => {
  test("a mask that names no field, or not one that is set, is refused", async () => {
    const { key } = await issueKey(workspace.owner);
    const update = (paths: string[]) =>
      toBinary(
        UpdateKeyRequestSchema,
        create(UpdateKeyRequestSchema, { id: key.id, labels: ["a"], updateMask: { paths } }),
      );
    const unknown = await ask({ method: method.updateKey, request: update(["labels", "colour"]) });
    expect(violations(unknown)).toEqual([["updateMask", "names no field that can be changed: colour"]]);
    const forgotten = await ask({ method: method.updateKey, request: update(["name"]) });
    expect(violations(forgotten)).toContainEqual(["updateMask", "does not name labels, which is set"]);
    expect((await ask({ method: method.updateKey, request: update(["id"]) })).code).toBe("INVALID_ARGUMENT");
    expect((await ask({ method: method.updateKey, request: update(["labels"]) })).code).toBe("OK");
  });

  test("a list of scopes and an expression at once are refused", async () => {
    const request = toBinary(
      VerifyKeyRequestSchema,
      create(VerifyKeyRequestSchema, { key: admin, scopes: ["read:a"], scopeExpression: "read:a" }),
    );
    expect(violations(await ask({ method: method.verifyKey, request }))).toEqual([
      ["scopes", expect.any(String)],
    ]);
  });

  test("a time that is none and a number that is none are refused", async () => {
    const time = create(CreateKeyRequestSchema, { name: "t", expiresAt: { seconds: 999_999_999_999n } });
    const number = create(CreateKeyRequestSchema, { name: "n", metadata: { a: 1 } });
    const nan = Buffer.from(toBinary(CreateKeyRequestSchema, number));
    nan.writeDoubleLE(Number.NaN, nan.indexOf(Buffer.from([0xf0, 0x3f])) - 6);
    for (const request of [toBinary(CreateKeyRequestSchema, time), nan])
      expect((await ask({ method: method.createKey, request })).code).toBe("INVALID_ARGUMENT");
  });

  test("more wrong places than metadata carries are cut, with how many are left", async () => {
    const scopes = Array.from(
      { length: 100 },
      () => "no scope at all, and that for quite a number of characters",
    );
    const answer = await ask({ method: method.createKey, request: { name: "many", scopes } });
    expect(violations(answer)?.at(-1)).toEqual(["", expect.stringMatching(/^and \d+ more$/)]);
  });
});

describe("callers", () => {
  test("a call that is cancelled before its operation began leaves nothing behind, and the server goes on", async () => {
    const name = `cancelled ${randomBase62(8)}`;
    const request = toBinary(CreateKeyRequestSchema, create(CreateKeyRequestSchema, { name }));
    const cancelled = new Promise<number | undefined>((resolve) => {
      const call = client.raw.makeUnaryRequest(
        "/latchkey.v1.KeyService/CreateKey",
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        request,
        (error: { code: number } | null) => resolve(error?.code),
      );
      call.cancel();
    });
    expect(await cancelled).toBe(status.CANCELLED);
    expect((await ask({ method: method.listKeys })).code).toBe("OK");
    expect(await keysNamed(name)).toBe(0);
  });

  test("a call past its deadline is told so", async () => {
    const answer = await ask({ method: method.listKeys, options: { deadline: Date.now() - 1 } });
    expect(answer.code).toBe("DEADLINE_EXCEEDED");
  });

  test("a call that does not exist is UNIMPLEMENTED", async () => {
    const code = await new Promise((resolve) =>
      client.raw.makeUnaryRequest(
        "/latchkey.v1.KeyService/Guess",
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        new Uint8Array(),
        (error: { code: number } | null) => resolve(error?.code),
      ),
    );
    expect(code).toBe(status.UNIMPLEMENTED);
  });

  test.each([
    ["a key of a thousand characters", { authorization: `Bearer ${"x".repeat(1_000)}` }],
    ["a list of keys", { "x-api-key": "a, b" }],
    ["binary metadata by the name of a credential", { "x-api-key-bin": Buffer.from([0, 1, 2]) }],
    ["a key without a scheme", { authorization: "lk_live_x" }],
  ])("%s is no credential", async (_, headers) => {
    const answer = await client.call({ method: method.listKeys, headers });
    expect(["UNAUTHENTICATED", "INVALID_ARGUMENT"]).toContain(answer.code);
    expect(answer.info?.reason).toMatch(/^(UNAUTHORIZED|TWO_CREDENTIALS)$/);
  });

  test("an idempotency-key holds over both ways, and one that is none is refused", async () => {
    const key = randomBase62(20);
    const name = `once ${randomBase62(8)}`;
    const headers = { authorization: `Bearer ${admin}`, "idempotency-key": key };
    const first = await client.call({ method: method.createKey, request: { name }, headers });
    const again = await apiClient(admin)("POST", "/keys", { name }, { "idempotency-key": key });
    expect([first.code, again.status, again.body.secret]).toEqual(["OK", 201, first.body.secret]);
    expect(await keysNamed(name)).toBe(1);
    const bad = { ...headers, "idempotency-key": "x".repeat(300) };
    expect((await client.call({ method: method.createKey, request: { name }, headers: bad })).code).toBe(
      "INVALID_ARGUMENT",
    );
  });

  test("a limited caller reads how its limits stand, and how long to wait", async () => {
    const { secret } = await issueKey(workspace.owner, {
      scopes: ["verify:keys"],
      rateLimits: [{ limit: 1, windowSeconds: 3_600 }],
    });
    const headers = { authorization: `Bearer ${secret}` };
    const call = { method: method.verifyKey, request: { key: "x" }, headers };
    const good = await client.call(call);
    expect([good.code, good.metadata.get("ratelimit-policy")]).toEqual(["OK", ['"default";q=1;w=3600']]);
    const over = await client.call(call);
    expect([over.code, over.info?.metadata.code]).toEqual(["RESOURCE_EXHAUSTED", "RATE_LIMITED"]);
    expect(Number(over.retry?.retryDelay?.seconds)).toBeGreaterThan(0);
    expect(over.metadata.get("ratelimit")).toHaveLength(1);
  });

  test("a verification is recorded as over HTTP", async () => {
    const { secret, key } = await issueKey(workspace.owner);
    const input = { key: secret, ip: "198.51.100.7" };
    const overGrpc = (await ask({ method: method.verifyKey, request: input })).body.decision;
    const overHttp = (await apiClient(admin)("POST", "/keys/verify", input)).body.decision;
    const recorded = async (id: unknown) =>
      expect
        .poll(async () => (await apiClient(admin)("GET", `/decisions/${String(id)}`)).status, {
          timeout: 10_000,
        })
        .toBe(200)
        .then(async () => Decision.parse((await apiClient(admin)("GET", `/decisions/${String(id)}`)).body));
    const [one, other] = [await recorded(overGrpc), await recorded(overHttp)];
    expect(one).toEqual(other);
    expect(one).toMatchObject({ credential: { id: key.id }, reason: "VALID", verdict: "allow" });
  });
});

/** A decision without what is its own: id, time, durations. */
const Decision = z.object({
  credential: z.unknown(),
  service: z.unknown(),
  method: z.string(),
  path: z.string(),
  verdict: z.string(),
  reason: z.string(),
  status: z.number().nullable(),
});

test("an empty request is an empty message", async () => {
  expect(toBinary(ListKeysRequestSchema, create(ListKeysRequestSchema))).toHaveLength(0);
  expect((await ask({ method: method.listKeys, request: new Uint8Array() })).code).toBe("OK");
});
