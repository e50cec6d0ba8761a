import { randomFillSync } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const pool = Buffer.alloc(4096);
let used = pool.length;

/** `length` base62 characters from the system's random source, without modulo bias. */
export function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const byte = pool[used++] ?? 255;
    if (byte < 248) text += alphabet[byte % 62];
  }
  return text;
}

const charactersPerPool = 4_096;
let characters = "";
let taken = 0;

/** The next of many random characters that were made at once; each is given out once. */
function nextCharacters(length: number): string {
  if (taken + length > characters.length) {
    characters = randomBase62(charactersPerPool);
    taken = 0;
  }
  taken += length;
  return characters.slice(taken - length, taken);
}

/** What an id's prefix says it names. */
export type IdKind =
  | "key"
  | "svc"
  | "rule"
  | "evt"
  | "wsp"
  | "user"
  | "cus"
  | "pse"
  | "inv"
  | "aud"
  | "att"
  | "req"
  | "iss"
  | "snk"
  | "wep"
  | "msg"
  | "wat"
  | "log";

/** Ids of rows that come in streams begin with their time, so that an index grows at its end. */
const inOrder: ReadonlySet<IdKind> = new Set(["evt", "aud", "req", "log", "msg", "wat"]);

/** A typed id: `key_` and 16 random base62 characters, or for streams 9 of milliseconds and then 11 random ones. */
export function newId(kind: IdKind): string {
  return inOrder.has(kind)
    ? `${kind}_${base62Time(Date.now())}${nextCharacters(11)}`
    : `${kind}_${nextCharacters(16)}`;
}

let lastTime = { milliseconds: 0, text: "000000000" };

function base62Time(milliseconds: number): string {
  if (milliseconds === lastTime.milliseconds) return lastTime.text;
  let text = "";
  for (let rest = milliseconds; text.length < 9; rest = Math.floor(rest / 62))
    text = alphabet[rest % 62] + text;
  lastTime = { milliseconds, text };
  return text;
}
