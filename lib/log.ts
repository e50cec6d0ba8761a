import pino from "pino";
import { env } from "@/lib/env";
import { processState } from "@/lib/process/state";

const redacted = [
  "secret",
  "password",
  "token",
  "authorization",
  "cookie",
  "key",
  "hook_private_key",
  "*.secret",
  "*.password",
  "*.token",
  "*.authorization",
  "*.cookie",
  "*.hook_private_key",
  "req.headers.authorization",
  "req.headers.cookie",
  'req.headers["x-api-key"]',
  'req.headers["hookio-private-key"]',
];

/** Structured log of this process; fields that may hold a secret are replaced before they are written. */
export const log = processState("log", () =>
  pino({ level: env().LOG_LEVEL, base: null, redact: { paths: redacted, censor: "[redacted]" } }),
);
