import { z } from "zod";
import { calledAddress } from "@/lib/gateway/upstream/schema";
import { methods } from "@/lib/rules/catalogue";

/** Where calls go: origin and an optional path prefix. Answered in its normal form, without a trailing slash. */
export const Upstream = calledAddress({
  such: "https://api.internal.example/v1",
  without: "query or fragment",
}).transform((text) => new URL(text).href.replace(/\/+$/, ""));

/** One call to a service's upstream, as the portal's "Test" makes it. */
export const TestCall = z
  .strictObject({
    method: z.enum(methods).default("GET"),
    path: z.string().startsWith("/", "must begin with /").max(2_000).default("/"),
  })
  .meta({ id: "TestCall" });
export type TestCall = z.output<typeof TestCall>;

export const TestCallAnswer = z
  .object({
    status: z.number().int(),
    latencyMs: z.number(),
    headers: z.record(z.string(), z.string()).describe("Content type, length and location only"),
    body: z.string().describe("The first 2,048 bytes as text"),
    truncated: z.boolean(),
  })
  .meta({ id: "TestCallAnswer" });
export type TestCallAnswer = z.output<typeof TestCallAnswer>;
