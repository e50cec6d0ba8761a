import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { StartRefused } from "@/lib/process/start-refused";
import { processState } from "@/lib/process/state";

const port = (fallback: number) =>
  z.coerce
    .number("must be a port number")
    .int()
    .min(0, "must be a port from 0 to 65535")
    .max(65535, "must be a port from 0 to 65535")
    .default(fallback);

const origin = z
  .url("must be an address such as https://portal.example.com")
  .refine((value) => new URL(value).pathname === "/", "must be an origin without a path")
  .transform((value) => new URL(value).origin);

const cidrList = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .refine(
    (parts) => parts.every((part) => ipaddr.isValidCIDR(part)),
    "must be a comma-separated list of CIDR blocks such as 10.0.0.0/8",
  );

const onOff = z.enum(["on", "off"], "must be on or off");
const optional = z.string().trim().min(1).optional();

/**
 * The whole environment. Every name that the process reads is here (the style guide's switch apart); README's table
 * names the same, or a test fails.
 */
export const Environment = z
  .object({
    NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
    HOST: z.string().default("0.0.0.0").describe("Address the listeners bind to"),
    PORT: port(3000).describe("Portal and API"),
    GATEWAY_PORT: port(3100).describe("Gateway"),
    GRPC_PORT: port(3200).describe("gRPC API"),
    GRPC_TLS_CERT: optional.describe("PEM file of the gRPC listener's certificate and its chain"),
    GRPC_TLS_KEY: optional.describe("PEM file of its private key"),
    LISTEN: z
      .string()
      .default("portal,gateway,grpc")
      .transform((value) => value.split(",").map((part) => part.trim()))
      .pipe(
        z.array(
          z.enum(
            ["portal", "api", "gateway", "grpc"],
            "must name portal (pages and API), api (no pages), gateway, grpc",
          ),
        ),
      )
      .describe("Listeners that this process opens"),
    DATA_DIR: z.string().default("./.data").describe("Where the embedded database and generated secret live"),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must begin with postgresql://")
      .optional()
      .describe("PostgreSQL; unset means the embedded database under DATA_DIR"),
    REDIS_URL: z
      .string()
      .regex(/^rediss?:\/\//, "must begin with redis:// or rediss://")
      .optional(),
    UPSTASH_REDIS_REST_URL: z.url().optional(),
    UPSTASH_REDIS_REST_TOKEN: optional,
    LIMITER_OUTAGE: z
      .enum(["open", "closed", "local"], "must be open, closed or local")
      .default("local")
      .describe("What holds for limits and quotas while Redis does not answer"),
    LATCHKEY_SECRET: z
      .string()
      .min(32, "must have at least 32 characters; `openssl rand -base64 48` makes one")
      .optional(),
    LATCHKEY_SECRET_PREVIOUS: z
      .string()
      .default("")
      .transform((value) =>
        value
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== ""),
      ),
    PORTAL_URL: origin.optional().describe("Public address of the portal"),
    GATEWAY_URL: origin.optional().describe("Public address of the gateway"),
    PRIVATE_ADDRESSES: cidrList.describe("Private address ranges that upstreams may live in"),
    WEBHOOK_PRIVATE_ADDRESSES: cidrList.describe("Private address ranges that webhooks may be sent to"),
    TRUSTED_PROXIES: cidrList.describe("Proxies whose X-Forwarded-* headers count"),
    SIGN_UP: z.enum(["open", "invite", "closed"], "must be open, invite or closed").default("open"),
    BCRYPT_COST: z.coerce
      .number()
      .int()
      .min(4)
      .max(15)
      .default(10)
      .describe("Work factor of passwords and secrets"),
    HASH_WORKERS: z.coerce.number().int().min(1).max(64).default(2).describe("Threads that run bcrypt"),
    GITHUB_ID: optional,
    GITHUB_SECRET: optional,
    GOOGLE_ID: optional,
    GOOGLE_SECRET: optional,
    SMTP_URL: z
      .string()
      .regex(/^smtps?:\/\//, "must begin with smtp:// or smtps://")
      .optional(),
    MAIL_FROM: z.string().default("Latchkey <no-reply@localhost>"),
    HOOKIO_COMPAT: onOff
      .default("off")
      .describe("Serve existing hook.io clients on the gateway's port; see docs/guides/hookio.md"),
    LATCHKEY_DEMO: onOff.default("off").describe("Set by the demo: prints mails, allows loopback upstreams"),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    NODE_NAME: z
      .string()
      .max(64)
      .optional()
      .describe("Name of this node in records; default is host and process id"),
    RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
    KEEP_INPUTS: onOff
      .default("on")
      .describe("Keep what rules read of each decided call, secrets masked, so that a draft can be replayed"),
    USAGE_MINUTE_DAYS: z.coerce
      .number()
      .int()
      .min(1)
      .max(90)
      .default(7)
      .describe("Days that usage by minute is kept"),
    USAGE_HOUR_DAYS: z.coerce
      .number()
      .int()
      .min(61)
      .max(3650)
      .default(90)
      .describe("Days that usage by hour is kept; charts compare 30 days with 30 before"),
    USAGE_DAY_DAYS: z.coerce
      .number()
      .int()
      .min(61)
      .max(3650)
      .default(1095)
      .describe("Days that usage by day is kept"),
    SPOOL_MEGABYTES: z.coerce
      .number()
      .int()
      .min(32)
      .max(1_048_576)
      .default(1_024)
      .describe("Room for records that wait for the database, under DATA_DIR"),
    LATCHKEY_SPOOL_FULL: z
      .enum(["refuse", "drop-oldest"], "must be refuse or drop-oldest")
      .default("refuse")
      .describe("When that room is full: refuse calls, or delete the oldest waiting records"),
    DATASTORE_ENTRIES: z.coerce
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(10_000)
      .describe("Values that one store of the datastore may hold"),
    DATASTORE_MEGABYTES: z.coerce
      .number()
      .int()
      .min(1)
      .max(102_400)
      .default(64)
      .describe("Mebibytes that the values of one store may hold together"),
    SHUTDOWN_SECONDS: z.coerce
      .number()
      .min(0)
      .max(600)
      .default(15)
      .describe("How long a stop waits for open requests"),
  })
  .superRefine((env, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (env.DATABASE_URL !== undefined && env.LATCHKEY_SECRET === undefined)
      refuse("LATCHKEY_SECRET", "must be set when DATABASE_URL is; `openssl rand -base64 48` makes one");
    if ((env.UPSTASH_REDIS_REST_URL === undefined) !== (env.UPSTASH_REDIS_REST_TOKEN === undefined))
      refuse("UPSTASH_REDIS_REST_TOKEN", "and UPSTASH_REDIS_REST_URL must be set together");
    if ((env.GRPC_TLS_CERT === undefined) !== (env.GRPC_TLS_KEY === undefined))
      refuse("GRPC_TLS_KEY", "and GRPC_TLS_CERT must be set together");
    for (const provider of ["GITHUB", "GOOGLE"] as const)
      if ((env[`${provider}_ID`] === undefined) !== (env[`${provider}_SECRET`] === undefined))
        refuse(`${provider}_SECRET`, `and ${provider}_ID must be set together`);
    refuseSharedHostname(env, refuse);
  });

export type Environment = z.output<typeof Environment>;

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

function refuseSharedHostname(
  env: { PORTAL_URL?: string | undefined; GATEWAY_URL?: string | undefined },
  refuse: (path: string, message: string) => void,
) {
  if (env.PORTAL_URL === undefined || env.GATEWAY_URL === undefined) return;
  const [portal, gateway] = [new URL(env.PORTAL_URL).hostname, new URL(env.GATEWAY_URL).hostname];
  if (loopback.has(portal) && loopback.has(gateway)) return;
  if (portal === gateway)
    refuse("GATEWAY_URL", "must have another hostname than PORTAL_URL, because cookies ignore ports");
}

/** Thrown at start with one line for each wrong variable, saying what to set. */
export class EnvironmentError extends StartRefused {}

/** Reads and checks `source`. Empty text counts as unset. Throws {@link EnvironmentError}. */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const result = Environment.safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")} ${issue.message}`);
  throw new EnvironmentError(`The environment is not usable:\n${lines.join("\n")}`);
}

/** The environment of this process, read once. */
export function env(): Environment {
  return processState("env", () => readEnvironment(process.env));
}

/** Public origin of the portal, for links. Never taken from a Host header. */
export function portalUrl(): string {
  return env().PORTAL_URL ?? `http://127.0.0.1:${env().PORT}`;
}

/** Public origin of the gateway. */
export function gatewayUrl(): string {
  return env().GATEWAY_URL ?? `http://127.0.0.1:${env().GATEWAY_PORT}`;
}

/** A short name that tells one DATA_DIR from another, for socket and lock names. */
export function dataDirectoryTag(directory: string): string {
  return createHash("sha256").update(directory).digest("hex").slice(0, 16);
}
