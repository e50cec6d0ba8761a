import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { seal } from "@/lib/crypto/seal";
import { injectionOf, isSigned, queryWith, type SignedRequest } from "@/lib/services/injection/inject";
import { Injection } from "@/lib/services/injection/schema";
import { testService } from "@/lib/testing/rules/ruleset";

const secret = "sk_upstream_0123456789";
const request: SignedRequest = {
  method: "POST",
  target: "/v1/charges?expand=customer",
  body: Buffer.from('{"amount":10}'),
  nowMs: 1_700_000_000_900,
};

function injected(how: unknown) {
  const sealed = seal("upstream-secret", secret);
  return injectionOf(
    testService("stripe", { injection: { how: Injection.parse(how), sealed } }),
    () => request,
  );
}

test("a service without an injection adds nothing", () => {
  expect(injectionOf(testService("plain"), () => request)).toBeNull();
});

test.each([
  [{ kind: "bearer" }, ["authorization", `Bearer ${secret}`]],
  [
    { kind: "basic", username: "acct" },
    ["authorization", `Basic ${Buffer.from(`acct:${secret}`).toString("base64")}`],
  ],
  [{ kind: "header", name: "X-Upstream-Token" }, ["x-upstream-token", secret]],
])("%j stands in its header, in place of the caller's", (how, headers) => {
  const made = injected(how);
  expect(made?.headers).toEqual(headers);
  expect([...(made?.replaces ?? [])]).toEqual([headers[0]]);
  expect(made?.query).toBeNull();
});

test("a query parameter replaces every spelling of the caller's own, and leaves the other bytes", () => {
  const made = injected({ kind: "query", name: "api_key" });
  expect(made?.headers).toEqual([]);
  expect(queryWith("a=%20b&api_key=mine&api%5Fkey=too&c", made?.query ?? { name: "", value: "" })).toBe(
    `a=%20b&c&api_key=${secret}`,
  );
  expect(queryWith("", { name: "k", value: "a&b=c" })).toBe("k=a%26b%3Dc");
});

test("a signature over the body is the MAC of its bytes", () => {
  const made = injected({ kind: "hmac", name: "X-Hub-Signature-256", prefix: "sha256=", signs: "body" });
  const mac = createHmac("sha256", secret).update(request.body).digest("hex");
  expect(made?.headers).toEqual(["x-hub-signature-256", `sha256=${mac}`]);
});

test("a signature over the request covers method, target, time and body", () => {
  const made = injected({
    kind: "hmac",
    name: "x-signature",
    algorithm: "sha512",
    encoding: "base64",
    timestampHeader: "x-timestamp",
  });
  const digest = createHash("sha256").update(request.body).digest("hex");
  const mac = createHmac("sha512", secret)
    .update(`POST\n/v1/charges?expand=customer\n1700000000\n${digest}`)
    .digest("base64");
  expect(made?.headers).toEqual(["x-signature", mac, "x-timestamp", "1700000000"]);
  expect([...(made?.replaces ?? [])]).toEqual(["x-signature", "x-timestamp"]);
});

test("only signed services need the whole body", () => {
  const sealed = seal("upstream-secret", secret);
  const of = (how: unknown) =>
    isSigned(testService("s", { injection: { how: Injection.parse(how), sealed } }));
  expect([of({ kind: "bearer" }), of({ kind: "hmac", name: "x-s" })]).toEqual([false, true]);
});

test("a secret that cannot be opened refuses the call: it never leaves without", () => {
  const service = testService("s", {
    injection: { how: { kind: "bearer" }, sealed: Buffer.from("not sealed here, at all, ever") },
  });
  expect(() => injectionOf(service, () => request)).toThrow(/cannot be opened/);
});
