import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { jsonIn } from "@/lib/datastore/value/content";
import { deleteValue } from "@/lib/datastore/delete";
import { getValue } from "@/lib/datastore/get";
import { recentValues } from "@/lib/datastore/recent";
import { setValue } from "@/lib/datastore/set";
import { type Ask, callerOf } from "@/lib/gateway/hookio/ask";
import { parse } from "@/lib/gateway/hookio/endpoints/keys";

/** How many keys `/datastore/recent` answers. */
const recentMax = 5;

const Named = z.object({ key: z.string() });
const Valued = Named.extend({
  value: z.unknown().refine((value) => value !== undefined, "is required"),
});

/** Stores a value as JSON in the caller's own store. */
export async function setHookioValue(ask: Ask) {
  const { actor } = await callerOf(ask);
  const { key, value } = parse(Valued, ask);
  const bytes = new TextEncoder().encode(jsonText(value));
  await setValue(actor, { key, value: bytes, contentType: "application/json" });
  return "OK";
}

/** A value of a call as JSON. Throws `bad-request` for one that nests deeper than it can be written again. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw new Problem("bad-request", "The value nests too deeply.");
  }
}

/**
 * The value as it was stored, or null. What was stored as other than JSON is answered as text, and bytes that are no
 * text as base64.
 */
export async function getHookioValue(ask: Ask) {
  const { actor } = await callerOf(ask);
  const stored = await getValue(actor, parse(Named, ask));
  return stored === null ? null : jsonAnswer(stored.value);
}

function jsonAnswer(value: Uint8Array): Response | string {
  const bytes = Buffer.from(value);
  if (!isUtf8(bytes)) return bytes.toString("base64");
  const text = new TextDecoder().decode(bytes);
  return jsonIn(value) === undefined
    ? text
    : new Response(text, { headers: { "content-type": "application/json" } });
}

/** 1 where there was a value, 0 where there was none. */
export async function deleteHookioValue(ask: Ask) {
  const { actor } = await callerOf(ask);
  return (await deleteValue(actor, parse(Named, ask))) ? 1 : 0;
}

/** The keys written last, newest first. */
export async function listRecentKeys(ask: Ask) {
  const { actor } = await callerOf(ask);
  const { items } = await recentValues(actor, { limit: recentMax });
  return items.map(({ key }) => key);
}
