import { z } from "zod";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** The longest key, in bytes of UTF-8. */
export const keyBytesMax = 512;

/** The largest value: 256 KiB. */
export const valueBytesMax = 262_144;

/** The longest life that can be given to a value: ten years. */
export const expiresInSecondsMax = 315_360_000;

const utf8 = new TextEncoder();

/** A key of a store: 1–512 bytes of UTF-8, any characters but NUL; `.` and `..` cannot be said in a path. */
export const StoreKey = z
  .string()
  .refine((key) => key !== "" && utf8.encode(key).length <= keyBytesMax, "must be 1–512 bytes of UTF-8")
  .refine((key) => !key.includes("\0") && !/\p{Cs}/u.test(key), "may not hold NUL or half a character")
  .refine((key) => key !== "." && key !== "..", "may be neither . nor .., which no path can name");

/** Seconds after which a value is gone. */
export const ExpiresInSeconds = z.coerce
  .number("must be a whole number of seconds")
  .int("must be a whole number of seconds")
  .min(1)
  .max(expiresInSecondsMax);

const customer = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe("Id or external id of a customer, whose store is meant instead of the workspace's");

/** What is known of a value besides its bytes. Times are RFC 3339 UTC. */
export const StoredEntry = z
  .object({
    key: z.string(),
    contentType: z.string().describe("As it was sent"),
    size: z.number().int().describe("Bytes of the value"),
    version: z.number().int().describe("The write of its store that made it; no two have the same"),
    etag: z.string().describe("For If-Match and If-None-Match"),
    createdAt: z.string(),
    updatedAt: z.string(),
    expiresAt: z.string().nullable().describe("From then on it does not exist"),
  })
  .meta({ id: "StoredEntry" });
export type StoredEntry = z.output<typeof StoredEntry>;

/** What a store holds, and what it may hold. */
export const StoreUsage = z
  .object({
    entries: z.number().int(),
    entriesMax: z.number().int(),
    bytes: z.number().int().describe("Bytes of all values"),
    bytesMax: z.number().int(),
    valueBytesMax: z.number().int().describe("The largest single value"),
    version: z.number().int().describe("Counts the writes; another number means that something changed"),
  })
  .meta({ id: "StoreUsage" });
export type StoreUsage = z.output<typeof StoreUsage>;

/** `GET /datastore`: keys in order of their bytes. */
export const ListValues = PageQuery.extend({
  cursor: z.string().max(6_000).optional().describe("`nextCursor` of the page before"),
  prefix: z.string().max(keyBytesMax).default("").describe("Only keys that begin with this"),
  customer,
}).strict();
export type ListValues = z.output<typeof ListValues>;

export const EntryPage = pageOf(StoredEntry).extend({ store: StoreUsage }).meta({ id: "StoredEntryPage" });
export type EntryPage = z.output<typeof EntryPage>;

/** `GET /recent-values`. */
export const ListRecent = PageQuery.pick({ limit: true }).extend({ customer }).strict();
export type ListRecent = z.output<typeof ListRecent>;

export const RecentEntries = z
  .object({ items: z.array(StoredEntry) })
  .meta({ id: "RecentEntries", description: "Newest write first" });
export type RecentEntries = z.output<typeof RecentEntries>;

/** Whose store a call on one value means. */
export const OfStore = z.object({ customer }).strict();

/** Query of `PUT /datastore/{key}`. */
export const PutQuery = OfStore.extend({
  expiresIn: ExpiresInSeconds.optional().describe("Seconds until the value is gone; never without it"),
}).strict();

/** `POST /datastore/{key}/increment`. */
export const IncrementValue = z
  .strictObject({
    by: z
      .number()
      .int()
      .min(Number.MIN_SAFE_INTEGER)
      .max(Number.MAX_SAFE_INTEGER)
      .default(1)
      .describe("What is added; below zero it is taken away"),
  })
  .meta({ id: "IncrementValue" });
export type IncrementValue = z.output<typeof IncrementValue>;

/** The number as it is now, and what is known of it. */
export const IncrementedValue = StoredEntry.extend({ value: z.number().int() }).meta({
  id: "IncrementedValue",
});
export type IncrementedValue = z.output<typeof IncrementedValue>;
