import { z } from "zod";

const framing =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|content-type)$/i;
const ours = /^(x-latchkey-|x-forwarded-|forwarded$|proxy-)/i;

/** A header that may carry the upstream's secret: none that frames the message, and none that the gateway writes. */
const InjectedHeader = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, "must be letters, digits and dashes")
  .refine((name) => !framing.test(name) && !ours.test(name), "is a header that the gateway writes itself");

/** How the upstream's own secret is put into what is forwarded. The secret itself is written, never read. */
export const Injection = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bearer") }),
    z.strictObject({
      kind: z.literal("basic"),
      username: z
        .string()
        .max(200)
        .regex(/^[^:\p{Cc}]*$/u, "must not hold a colon or control characters"),
    }),
    z.strictObject({ kind: z.literal("header"), name: InjectedHeader }),
    z.strictObject({
      kind: z.literal("query"),
      name: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9_.-]+$/, "must be letters, digits, dots, dashes and underscores"),
    }),
    z.strictObject({
      kind: z.literal("hmac"),
      name: InjectedHeader.describe("Header that carries the signature"),
      algorithm: z.enum(["sha256", "sha512"]).default("sha256"),
      encoding: z.enum(["hex", "base64"]).default("hex"),
      signs: z
        .enum(["request", "body"])
        .default("request")
        .describe("request: method, path with query, Unix seconds and the body's SHA-256, in four lines"),
      prefix: z.string().max(50).default("").describe("Before the signature, such as sha256="),
      timestampHeader: InjectedHeader.optional().describe("Unix seconds"),
    }),
  ])
  .meta({ id: "Injection" });
export type Injection = z.output<typeof Injection>;

/** What is put in. Sealed where it is stored. */
export const InjectionSecret = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[\x20-\x7e]+$/, "must be printable ASCII")
  .describe("The upstream's secret; never answered");
