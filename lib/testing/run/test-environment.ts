import { randomBytes } from "node:crypto";

/** Secret of every test process of one run, so that test code can read what the server under test wrote. */
export const testSecret = process.env.LATCHKEY_TEST_SECRET ?? randomBytes(32).toString("hex");

/** Environment of a process under test; the cheapest bcrypt, loopback upstreams and webhooks allowed, quiet logs. */
export function testEnvironment(overrides: Record<string, string>): Record<string, string> {
  return {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    LATCHKEY_SECRET: testSecret,
    BCRYPT_COST: "4",
    PRIVATE_ADDRESSES: "127.0.0.0/8,::1/128,10.77.0.0/16",
    WEBHOOK_PRIVATE_ADDRESSES: "127.0.0.0/8,::1/128",
    LOG_LEVEL: process.env.LATCHKEY_TEST_LOG ?? "warn",
    ...(process.env.TEST_REDIS_URL === undefined ? {} : { REDIS_URL: process.env.TEST_REDIS_URL }),
    ...overrides,
  };
}
