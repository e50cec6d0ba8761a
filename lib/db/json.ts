import { z } from "zod";

/** Anything JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A JSON object, as stored in `jsonb`. */
export type JsonObject = Record<string, Json>;

/** Checks that a value read from `jsonb` is an object. */
export const JsonObject = z.record(z.string(), z.json());

/** A value as JSON keeps it: what is undefined is left out. Throws for what JSON cannot hold. */
export function jsonOf(value: object): JsonObject {
  return JsonObject.parse(JSON.parse(JSON.stringify(value)));
}
