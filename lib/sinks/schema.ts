import { z } from "zod";
import { calledAddress } from "@/lib/gateway/upstream/schema";
import { Moment, PageQuery, pageOf } from "@/lib/lists/schema";

const SinkUrl = calledAddress({
  such: "https://openmeter.cloud/api/v1/events",
  without: "query or fragment",
}).describe("Where events are posted, e.g. https://openmeter.cloud/api/v1/events");

const SinkToken = z
  .string()
  .regex(/^[\x21-\x7e]{1,4096}$/, "must be 1–4,096 visible ASCII characters")
  .describe("Sent as a bearer token; kept sealed and never answered");

const SinkName = z.string().trim().min(1).max(100);

/** What makes an OpenMeter sink's events what they are; fixed for its life, because their ids are made of it. */
export const OpenMeterConfig = z.object({
  url: SinkUrl,
  eventType: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, "must be letters, digits, dot, dash and underscore")
    .default("latchkey.usage")
    .describe("Type of the events, by which OpenMeter's meters find them"),
  subject: z
    .enum(["customer", "key"])
    .default("customer")
    .describe(
      "Whose calls an event counts: a customer's, under its external id, or a key's, under its id. Calls of nobody are left out",
    ),
  source: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "must be 1–200 visible ASCII characters")
    .optional()
    .describe("The events' source; `latchkey:` and the workspace's id when left out"),
});

/** A sink's settings as they are stored: `from` is the first minute that it tells of. */
export const StoredConfig = OpenMeterConfig.extend({ from: z.string() });
export type StoredConfig = z.output<typeof StoredConfig>;

/** `POST /sinks`. */
export const CreateSink = z
  .strictObject({
    name: SinkName,
    kind: z.literal("openmeter").default("openmeter"),
    ...OpenMeterConfig.shape,
    token: SinkToken.optional(),
    from: Moment.optional().describe(
      "First minute to send; now when left out. Minutes that are no longer kept are not sent",
    ),
  })
  .meta({ id: "CreateSink" });
export type CreateSink = z.output<typeof CreateSink>;

/** `PATCH /sinks/{id}`: what is left out stays. */
export const UpdateSink = z
  .strictObject({
    name: SinkName.optional(),
    url: SinkUrl.optional(),
    token: SinkToken.nullable().optional(),
    disabled: z.boolean().optional(),
    replayFrom: Moment.optional().describe(
      "Events of this minute and later are sent once more, with their ids",
    ),
  })
  .refine((given) => Object.keys(given).length > 0, "must change something")
  .meta({ id: "UpdateSink" });
export type UpdateSink = z.output<typeof UpdateSink>;

/** A sink and how its delivery stands. */
export const Sink = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.literal("openmeter"),
    url: z.string(),
    eventType: z.string(),
    subject: z.enum(["customer", "key"]),
    source: z.string(),
    hasToken: z.boolean(),
    disabled: z.boolean(),
    delivery: z.object({
      readUntil: z.string().describe("Minutes before this one are delivered or wait"),
      pending: z.number().int().describe("Events that wait"),
      lagSeconds: z
        .number()
        .int()
        .describe("Age of the oldest call that is not delivered; two to three minutes at best"),
      delivered: z.number().int().describe("Events taken by the receiver, repeats included"),
      lastDeliveredAt: z.string().nullable(),
      failures: z.number().int().describe("Tries that failed in a row"),
      lastError: z.string().nullable(),
      lastErrorAt: z.string().nullable(),
      nextAttemptAt: z.string().nullable(),
    }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: "Sink" });
export type Sink = z.output<typeof Sink>;

export const SinkPage = pageOf(Sink).meta({ id: "SinkPage" });

/** `GET /sinks`. */
export const ListSinks = PageQuery.strict();
