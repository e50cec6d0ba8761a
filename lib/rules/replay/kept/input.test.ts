import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import type { Question } from "@/lib/rules/language/question";
import { decisionInput, inputLengthMax, inputsPerSecondMax } from "@/lib/rules/replay/kept/input";
import { maskedValue } from "@/lib/rules/replay/kept/left-out";
import { testService } from "@/lib/testing/rules/ruleset";

const question = (given: Partial<Question> = {}): Question => ({
  credential: null,
  service: testService("payments"),
  method: "POST",
  path: "/v1/payments",
  segments: ["v1", "payments"],
  address: "203.0.113.7",
  ...given,
});

const Kept = z.record(z.string(), z.unknown());
const inputOf = (given: Partial<Question>) =>
  Kept.parse(JSON.parse(decisionInput(question(given)) ?? "null"));

/** Each is planted by itself, under names that tell and under names that do not. */
const secretValues = [
  "acme_live_4aF2kQ9xT7bM1cZ80123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJK",
  "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
  "Bearer 0123456789abcdef",
  "Basic dXNlcjpwYXNzd29yZA==",
  "-----BEGIN PRIVATE KEY-----MIIE",
  "AKIAIOSFODNN7EXAMPLE",
  "ghp_0123456789abcdefghij0123456789abcdef",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "https://ada:hunter2hunter2@db.example.com/x",
  "https://example.com/cb?access_token=hunter2hunter2",
];
const secretNames = (
  "authorization,proxy-authorization,cookie,x-api-key,X-Auth-Token,client_secret,password,newPassword,passwd," +
  "x-hub-signature-256,stripe-signature,x-amz-security-token,api_key,apiKey,privateKey,session,sessionId,jwt,otp,cvv," +
  "card_number,hook_private_key,refresh_token,x-csrf-token,sig,client_assertion,credentials"
).split(",");
const plainSecret = "hunter2hunter2";

test.each(secretValues)("%s is kept nowhere, wherever it stands", (secret) => {
  const text = decisionInput(
    question({
      headers: { "x-note": secret, "x-list": ["a", `see ${secret}`], [secret]: "1" },
      query: () => ({ q: secret }),
      body: { kind: "json", value: { deep: [{ note: secret }], [secret]: true, text: `a ${secret} b` } },
      credential: {
        keyId: "sub_1",
        token: { note: secret, list: [secret] },
        scopes: [secret],
        labels: [secret],
      },
      evaluation: {
        subject: { type: "user", id: secret, properties: { note: secret } },
        action: { name: "read", properties: {} },
        resource: { type: "x", id: "1", properties: { [secret]: 1 } },
        context: { note: secret },
      },
    }),
  );
  expect(text).not.toContain(secret);
  expect(text).not.toContain(plainSecret);
  expect(text).toContain(JSON.stringify(maskedValue));
});

test.each(secretNames)("what stands under %s is masked, and that it was there is kept", (name) => {
  const form: Question["body"] = { kind: "form", fields: { [name]: plainSecret } };
  for (const given of [
    { headers: { [name]: plainSecret } },
    { query: { [name]: [plainSecret, "x"] } },
    { body: { kind: "json", value: { a: { [name]: { inner: plainSecret } } } } },
    { body: form },
    { credential: { token: { [name]: plainSecret } } },
  ] satisfies Partial<Question>[]) {
    const text = decisionInput(question(given));
    expect(text).not.toContain(plainSecret);
    expect(text).toContain(JSON.stringify(maskedValue));
    expect(text).toContain(name);
  }
});

test("what rules usually read is kept as it was", () => {
  expect(
    inputOf({
      headers: { "content-type": "application/json", "idempotency-key": "7", "x-many": ["a", "b"] },
      query: { dry_run: "true", author: "ada" },
      body: {
        kind: "json",
        value: { amount: 10, max_tokens: 100, author: "ada", items: [{ qty: 1 }, null] },
      },
      credential: { keyId: "sub_1", token: { sub: "ada", plan: "pro" }, scopes: ["read:x"], roles: [] },
    }),
  ).toEqual({
    headers: { "content-type": "application/json", "idempotency-key": "7", "x-many": ["a", "b"] },
    query: { dry_run: "true", author: "ada" },
    body: { json: { amount: 10, max_tokens: 100, author: "ada", items: [{ qty: 1 }, null] } },
    token: { sub: "ada", plan: "pro" },
    credential: { scopes: ["read:x"], roles: [] },
  });
});

test("a question without any of them keeps that nothing was there; a key's attributes are not kept", () => {
  expect(decisionInput(question())).toBe("{}");
  expect(decisionInput(question({ address: null }))).toBe('{"address":null}');
  expect(decisionInput(question({ credential: { keyId: "key_1", name: "ada", scopes: ["a:b"] } }))).toBe(
    "{}",
  );
  expect(decisionInput(question({ headers: {}, query: {}, body: { kind: "absent" } }))).toBe("{}");
});

test("a body that was there and not read is not taken for an absent one", () => {
  expect(inputOf({ headers: { "content-length": "12" } })).toMatchObject({ notKept: ["body"] });
  expect(inputOf({ headers: { "transfer-encoding": "chunked" } })).toMatchObject({ notKept: ["body"] });
  expect(inputOf({ headers: { "content-length": "0" } })).not.toHaveProperty("notKept");
  expect(inputOf({ body: { kind: "error", message: "longer than 1 MiB" } })).toEqual({
    body: { error: "longer than 1 MiB" },
  });
});

test("parts that are too large or too deep are named, the others kept, and the whole stays within its length", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 60; level += 1) deep = [deep];
  expect(inputOf({ query: { a: "1" }, body: { kind: "json", value: deep } })).toEqual({
    query: { a: "1" },
    notKept: ["body"],
  });
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index]));
  const wide: Partial<Question> = {
    headers: Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`x-${index}`, "v".repeat(60)])),
    query: { long: "z".repeat(5_000) },
    body: { kind: "json", value: many },
  };
  expect(inputOf(wide)).toMatchObject({ query: { long: maskedValue }, notKept: ["body"] });
  for (const given of [
    wide,
    { headers: Object.fromEntries(Object.entries(many).map(([name]) => [name, "v"])) },
  ])
    expect(decisionInput(question(given))?.length).toBeLessThan(inputLengthMax + 100);
});

test("text that no database keeps is masked, and names of an object's own prototype stay names", () => {
  const value: unknown = JSON.parse(
    '{"nul":"a\\u0000b","half":"\\ud800","__proto__":{"admin":true},"fake":"\\u0001masked"}',
  );
  const text = decisionInput(question({ body: { kind: "json", value }, query: { a: "\0" } })) ?? "";
  expect(text).not.toMatch(/\\u0000|\\ud800/);
  expect(text).toContain('"__proto__":{"admin":true}');
});

test("a node keeps the inputs of so many calls a second, and of the next second again", () => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = question({ headers: { "x-region": "eu" } });
  const kept = Array.from({ length: inputsPerSecondMax + 5 }, () => decisionInput(asked));
  expect(kept.filter((input) => input !== undefined)).toHaveLength(inputsPerSecondMax);
  expect(kept.at(-1)).toBeUndefined();
  vi.setSystemTime(1_800_000_001_000);
  expect(decisionInput(asked)).toBeDefined();
});
