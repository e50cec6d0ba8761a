import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { subkey, subkeys } from "@/lib/crypto/subkey";

/** Makes a cursor of `list` at `position`; opaque, and of no use for another list. */
export function encodeCursor(list: string, position: readonly (string | number)[]): string {
  const body = Buffer.from(JSON.stringify([list, ...position])).toString("base64url");
  return `${body}.${mark(subkey("cursor"), body)}`;
}

/** Reads a cursor back; anything that {@link encodeCursor} did not make for this list is a `bad-request`. */
export function decodeCursor(list: string, text: string): (string | number)[] {
  const [body = "", seal = ""] = text.split(".");
  const genuine = subkeys("cursor").some((key) => sameText(mark(key, body), seal));
  if (genuine) {
    const parsed = Cursor.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    if (parsed.success && parsed.data[0] === list) return parsed.data.slice(1);
  }
  throw new Problem("bad-request", "This cursor is not one of this list; begin again without it.");
}

const Cursor = z.array(z.union([z.string(), z.number()]));

function mark(key: Buffer, body: string): string {
  return createHmac("sha256", key).update(body).digest("base64url").slice(0, 16);
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
