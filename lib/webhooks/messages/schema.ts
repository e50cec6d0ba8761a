import { z } from "zod";
import { Moment, PageQuery, pageOf } from "@/lib/lists/schema";
import { EventTypeName } from "@/lib/webhooks/schema";

/** Most bytes that a payload may take as JSON: 256 KiB. */
export const payloadBytesMax = 262_144;

const payloadDepthMax = 64;

function isPayload(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > payloadDepthMax) return false;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return true;
}

/** Whether every number arrives as it was written: whole ones beyond 2^53 and those too large for a double do not. */
function keepsNumbers(value: unknown): boolean {
  if (typeof value === "number")
    return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(keepsNumbers);
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** A JSON object, sent as the body. */
const Payload = z
  .unknown()
  .refine(isPayload, { message: `must be an object nested at most ${payloadDepthMax} deep`, abort: true })
  .refine(keepsNumbers, "holds a number beyond ±2^53, which would not arrive as it is; send it as text")
  .refine(
    (value) => byteLength(JSON.stringify(value)) <= payloadBytesMax,
    `must take at most ${payloadBytesMax} bytes as JSON`,
  )
  .meta({
    type: "object",
    additionalProperties: true,
    description: "A JSON object, which is the body of each request; at most 256 KiB",
  });

/** Ids that a message may bear; it is sent as `webhook-id`, by which receivers tell repeats. */
const MessageId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, "must be 1–100 letters, digits, _ and -")
  .refine((id) => !id.startsWith("msg_"), "may not begin with msg_, as ids given here do");

/** `POST /webhooks/messages`. */
export const CreateWebhookMessage = z
  .strictObject({
    eventType: EventTypeName.describe("Such as invoice.paid; not one of Latchkey's own types"),
    payload: Payload,
    customer: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        "Id or external id of the customer whose endpoints get it; the workspace's own when left out",
      ),
    id: MessageId.optional().describe(
      "Your own id of it: sent again, it is the same message, and nothing is sent twice",
    ),
  })
  .meta({ id: "CreateWebhookMessage" });
export type CreateWebhookMessage = z.output<typeof CreateWebhookMessage>;

export const DeliveryStatus = z.enum(["pending", "succeeded", "failed"]);
export type DeliveryStatus = z.output<typeof DeliveryStatus>;

/** One message on its way to one endpoint. */
export const WebhookDelivery = z
  .object({
    endpoint: z.string(),
    status: DeliveryStatus,
    tries: z.number().int().describe("Attempts that failed since it was last set out"),
    nextAttemptAt: z.string().nullable().describe("Null also while an attempt is under way"),
    endedAt: z.string().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDelivery = z.output<typeof WebhookDelivery>;

/** A message and its deliveries. Times are RFC 3339 UTC. */
export const WebhookMessage = z
  .object({
    id: z.string().describe("Sent as webhook-id"),
    eventType: z.string(),
    customer: z.string().nullable(),
    status: z
      .enum(["pending", "succeeded", "failed", "unmatched"])
      .describe(
        "`pending` while a delivery waits, else `failed` if one did; `unmatched`: no endpoint asked for it",
      ),
    deliveries: z.array(WebhookDelivery),
    createdAt: z.string(),
  })
  .meta({ id: "WebhookMessage" });
export type WebhookMessage = z.output<typeof WebhookMessage>;

/** The same with what is sent. */
export const WebhookMessageDetail = WebhookMessage.extend({
  payload: z.record(z.string(), z.unknown()).meta({ type: "object", additionalProperties: true }),
}).meta({ id: "WebhookMessageDetail" });
export type WebhookMessageDetail = z.output<typeof WebhookMessageDetail>;

/** `GET /webhooks/messages`, newest first. */
export const ListWebhookMessages = PageQuery.extend({
  eventType: EventTypeName.optional(),
  endpoint: z.string().max(100).optional().describe("Messages that were set out to this endpoint"),
  customer: z.string().max(200).optional().describe("Id or external id"),
  status: DeliveryStatus.optional().describe(
    "Messages with such a delivery, to the named endpoint if one is named",
  ),
  from: Moment.optional().describe("Stored at this time or later"),
  to: Moment.optional().describe("Stored before this time"),
}).strict();
export type ListWebhookMessages = z.output<typeof ListWebhookMessages>;

export const WebhookMessagePage = pageOf(WebhookMessage).meta({ id: "WebhookMessagePage" });
export type WebhookMessagePage = z.output<typeof WebhookMessagePage>;

/** What came of sending a message to an endpoint once. */
export const WebhookAttempt = z
  .object({
    id: z.string(),
    message: z.string(),
    endpoint: z.string(),
    at: z.string(),
    durationMs: z.number().int(),
    succeeded: z.boolean(),
    response: z
      .object({
        status: z.number().int(),
        headers: z.record(z.string(), z.string()),
        body: z.string().describe("Its beginning, at most 4 KiB"),
      })
      .nullable()
      .describe("Null when the receiver did not answer"),
    error: z.string().nullable().describe("Why it failed, in words"),
  })
  .meta({ id: "WebhookAttempt" });
export type WebhookAttempt = z.output<typeof WebhookAttempt>;

/** `GET /webhooks/messages/{id}/attempts` and `GET /webhooks/endpoints/{id}/attempts`, newest first. */
export const ListWebhookAttempts = PageQuery.strict();

export const WebhookAttemptPage = pageOf(WebhookAttempt).meta({ id: "WebhookAttemptPage" });
export type WebhookAttemptPage = z.output<typeof WebhookAttemptPage>;

/** `POST /webhooks/messages/{id}/resend`. */
export const ResendWebhookMessage = z
  .strictObject({
    endpoint: z.string().min(1).max(100).describe("Id of the endpoint that gets it once more"),
  })
  .meta({ id: "ResendWebhookMessage" });
export type ResendWebhookMessage = z.output<typeof ResendWebhookMessage>;

/** `POST /webhooks/endpoints/{id}/recover`. */
export const RecoverWebhookEndpoint = z
  .strictObject({ since: Moment.describe("Messages stored at this time or later whose delivery failed") })
  .meta({ id: "RecoverWebhookEndpoint" });
export type RecoverWebhookEndpoint = z.output<typeof RecoverWebhookEndpoint>;

/** How many deliveries were set out once more. */
export const RecoveredDeliveries = z
  .object({ recovered: z.number().int() })
  .meta({ id: "RecoveredDeliveries" });
export type RecoveredDeliveries = z.output<typeof RecoveredDeliveries>;
