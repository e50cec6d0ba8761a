import { z } from "zod";
import { deleteValue } from "@/lib/datastore/delete";
import { getValue } from "@/lib/datastore/get";
import { recentValues } from "@/lib/datastore/recent";
import { setValue } from "@/lib/datastore/set";
import { type Ask, callerOf } from "@/lib/gateway/hookio/ask";
import { parse } from "@/lib/gateway/hookio/endpoints/keys";

/** How many keys `/datastore/recent` answers. */
const recentMax = 5;

const Named = z.object({ key: z.string() });
const Valued = Named.extend({ value: z.json("is required") });

/** Stores a value as JSON in the caller's own store. */
export async function setHookioValue(ask: Ask) {
  const { actor } = await callerOf(ask);
  const { key, value } = parse(Valued, ask);
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  await setValue(actor, { key, value: bytes, contentType: "application/json" });
  return "OK";
}

/** The value, or null. What was stored as other than JSON is answered as text, and bytes that are no text as base64. */
export async function getHookioValue(ask: Ask) {
  const { actor } = await callerOf(ask);
  const stored = await getValue(actor, parse(Named, ask));
  return stored === null ? null : jsonOf(stored.value);
}

function jsonOf(value: Uint8Array): unknown {
  const text = Buffer.from(value).toString("utf8");
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    return Buffer.from(text).equals(value) ? text : Buffer.from(value).toString("base64");
  }
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
