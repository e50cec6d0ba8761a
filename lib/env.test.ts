import { describe, expect, test } from "vitest";
import { EnvironmentError, readEnvironment } from "@/lib/env";

const refusal = (source: Record<string, string>): string => {
  try {
    readEnvironment(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
  }
  return "accepted";
};

describe("a wrong environment stops the start with a sentence that says what to set", () => {
  test.each([
    [{ PORT: "70000" }, /PORT must be a port from 0 to 65535/],
    [{ PORT: "abc" }, /PORT must be a port/],
    [{ DATABASE_URL: "mysql://x" }, /DATABASE_URL must begin with postgresql:\/\//],
    [{ DATABASE_URL: "postgresql://x/y" }, /LATCHKEY_SECRET must be set when DATABASE_URL is/],
    [{ LATCHKEY_SECRET: "short" }, /LATCHKEY_SECRET must have at least 32 characters/],
    [{ PORTAL_URL: "https://x.example/path" }, /PORTAL_URL must be an origin without a path/],
    [
      { PORTAL_URL: "https://a.example", GATEWAY_URL: "https://a.example:3100" },
      /another hostname than PORTAL_URL/,
    ],
    [{ PRIVATE_ADDRESSES: "10.0.0.0" }, /PRIVATE_ADDRESSES must be a comma-separated list of CIDR blocks/],
    [{ SIGN_UP: "yes" }, /SIGN_UP must be open, invite or closed/],
    [{ LISTEN: "portal,smtp" }, /LISTEN.* must name/],
    [{ GRPC_TLS_CERT: "cert.pem" }, /GRPC_TLS_KEY and GRPC_TLS_CERT must be set together/],
    [{ GITHUB_ID: "x" }, /GITHUB_SECRET and GITHUB_ID must be set together/],
    [{ UPSTASH_REDIS_REST_URL: "https://x.example" }, /UPSTASH_REDIS_REST_TOKEN/],
    [{ SMTP_URL: "mail.example" }, /SMTP_URL must begin with smtp/],
  ])("%o", (source, sentence) => {
    expect(refusal(source)).toMatch(sentence);
  });
});

test("an empty variable counts as unset", () => {
  const read = readEnvironment({ DATABASE_URL: "", PORT: "" });
  expect([read.DATABASE_URL, read.PORT]).toEqual([undefined, 3000]);
});

test("portal and gateway may share a hostname only on loopback", () => {
  expect(
    readEnvironment({ PORTAL_URL: "http://127.0.0.1:3000", GATEWAY_URL: "http://127.0.0.1:3100" }).PORT,
  ).toBe(3000);
});
