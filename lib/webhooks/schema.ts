import { z } from "zod";
import { calledAddress } from "@/lib/gateway/upstream/schema";
import { Metadata } from "@/lib/keys/schema";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** Endpoints that a workspace has at most, and each of its customers. */
export const endpointsMax = 50;

/** Longest overlap of a rotation: seven days. */
const overlapSecondsMax = 604_800;

const EndpointUrl = calledAddress({ such: "https://example.com/webhooks", without: "fragment" }).describe(
  "Where messages are posted; redirects are not followed",
);

const words = "[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*";
const eventTypeRule = "must be words of letters, digits, _ and - with dots between, such as invoice.paid";

/** The type of a message, such as `invoice.paid`. */
export const EventTypeName = z
  .string()
  .max(128)
  .regex(new RegExp(`^${words}$`), eventTypeRule);

/** What an endpoint asks for: a type, `invoice.*` for all that begin so, or `*`. */
const EventTypePattern = z
  .string()
  .max(128)
  .regex(new RegExp(`^(?:\\*|${words}(?:\\.\\*)?)$`), `${eventTypeRule}, or end in .*`);

const EventTypes = z
  .array(EventTypePattern)
  .max(100)
  .transform((types) => [...new Set(types)])
  .describe("Types that are sent, such as invoice.paid or invoice.*; none named is all");

const Description = z
  .string()
  .trim()
  .max(500)
  .refine((text) => !/\p{C}/u.test(text), "must not hold control characters");

/** `POST /webhooks/endpoints`. */
export const CreateWebhookEndpoint = z
  .strictObject({
    url: EndpointUrl,
    description: Description.default(""),
    eventTypes: EventTypes.default([]),
    customer: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        "Id or external id of the customer whose messages it gets; the workspace's own when left out",
      ),
    disabled: z.boolean().default(false),
    metadata: Metadata.default({}),
  })
  .meta({ id: "CreateWebhookEndpoint" });
export type CreateWebhookEndpoint = z.output<typeof CreateWebhookEndpoint>;

/** `PATCH /webhooks/endpoints/{id}`: what is left out stays. */
export const UpdateWebhookEndpoint = z
  .strictObject({
    url: EndpointUrl.optional(),
    description: Description.optional(),
    eventTypes: EventTypes.optional(),
    disabled: z.boolean().optional().describe("true stops what waits for it; false starts it again"),
    metadata: Metadata.optional(),
  })
  .refine((given) => Object.keys(given).length > 0, "must change something")
  .meta({ id: "UpdateWebhookEndpoint" });
export type UpdateWebhookEndpoint = z.output<typeof UpdateWebhookEndpoint>;

export const DisabledReason = z.enum(["by-hand", "failing", "gone"]);
export type DisabledReason = z.output<typeof DisabledReason>;

/** An endpoint and how its deliveries stand. Times are RFC 3339 UTC. */
export const WebhookEndpoint = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    eventTypes: z.array(z.string()),
    customer: z
      .string()
      .nullable()
      .describe("Id of the customer whose messages it gets; null for the workspace's own"),
    disabled: z.boolean(),
    disabledReason: DisabledReason.nullable().describe(
      "`failing`: nothing was taken for five days, in ten attempts at least; `gone`: the receiver answered 410",
    ),
    disabledAt: z.string().nullable(),
    metadata: z.record(z.string(), z.json()).meta({ type: "object", additionalProperties: true }),
    delivery: z.object({
      pending: z.number().int().describe("Deliveries that wait; counted up to 1,000"),
      failures: z.number().int().describe("Attempts that failed in a row"),
      failingSince: z.string().nullable(),
      lastSucceededAt: z.string().nullable(),
      lastError: z.string().nullable(),
      lastErrorAt: z.string().nullable(),
    }),
    createdBy: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "WebhookEndpoint" });
export type WebhookEndpoint = z.output<typeof WebhookEndpoint>;

/** A new endpoint and its signing secret. */
export const NewWebhookEndpoint = z
  .object({
    endpoint: WebhookEndpoint,
    secret: z.string().describe("Signs its messages: `whsec_` and base64"),
  })
  .meta({ id: "NewWebhookEndpoint" });
export type NewWebhookEndpoint = z.output<typeof NewWebhookEndpoint>;

/** `GET /webhooks/endpoints`, newest first. */
export const ListWebhookEndpoints = PageQuery.extend({
  customer: z.string().max(200).optional().describe("Id or external id"),
}).strict();
export type ListWebhookEndpoints = z.output<typeof ListWebhookEndpoints>;

export const WebhookEndpointPage = pageOf(WebhookEndpoint).meta({ id: "WebhookEndpointPage" });
export type WebhookEndpointPage = z.output<typeof WebhookEndpointPage>;

/** The secret that signs, and until when those before it sign too. */
export const WebhookSecret = z
  .object({
    secret: z.string(),
    previous: z
      .array(z.object({ expiresAt: z.string() }))
      .describe("Older secrets that still sign beside it"),
  })
  .meta({ id: "WebhookSecret" });
export type WebhookSecret = z.output<typeof WebhookSecret>;

/** `POST /webhooks/endpoints/{id}/secret/rotate`. */
export const RotateWebhookSecret = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(overlapSecondsMax)
      .default(86_400)
      .describe("How long the old secret signs too; a day when left out"),
  })
  .meta({ id: "RotateWebhookSecret" });
export type RotateWebhookSecret = z.output<typeof RotateWebhookSecret>;
