import { z } from "zod";
import { methods } from "@/lib/rules/catalogue";

const upstreamRefusal = (text: string): string | null => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    return "must be an http or https address such as https://api.internal.example/v1";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (text.includes("?") || text.includes("#")) return "must not hold a query or fragment";
  return null;
};

/** Where calls go: origin and an optional path prefix. Answered in its normal form, without a trailing slash. */
export const Upstream = z
  .string()
  .trim()
  .max(2_000)
  .superRefine((text, context) => {
    const refusal = upstreamRefusal(text);
    if (refusal !== null) context.addIssue({ code: "custom", message: refusal });
  })
  .transform((text) => (upstreamRefusal(text) === null ? new URL(text).href.replace(/\/+$/, "") : text));

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
