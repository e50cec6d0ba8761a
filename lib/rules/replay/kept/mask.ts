import { isSecretName, isSecretNumber } from "@/lib/rules/language/secret-names";
import { isLeftOut, maskedValue } from "@/lib/rules/replay/kept/left-out";

/** Deeper values are too large to be kept. */
const depthMax = 32;

interface Room {
  left: number;
}

/** A JSON value as text with what looks like a secret masked, or null when it is longer than `lengthMax` or too deep. */
export function maskedJson(value: unknown, lengthMax: number): string | null {
  const room = { left: lengthMax };
  const kept = masked(value, { room, depth: 0 });
  return room.left < 0 ? null : (JSON.stringify(kept) ?? null);
}

/** A text, or what stands for it when it looks like a secret. */
export function maskedText(text: string): string {
  return isLeftOut(text) ? maskedValue : text;
}

/** A copy; once the room is used up, the rest is left out and the copy is of no use. */
function masked(value: unknown, at: { room: Room; depth: number }): unknown {
  const { room, depth } = at;
  if (typeof value === "string") {
    const text = maskedText(value);
    room.left -= text.length + 3;
    return text;
  }
  room.left -= 4;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null) return null;
  if (depth >= depthMax) room.left = -1;
  if (room.left < 0) return null;
  const inside = { room, depth: depth + 1 };
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (room.left < 0) break;
      items.push(masked(item, inside));
    }
    return items;
  }
  return maskedMembers(value, inside);
}

function maskedMembers(value: object, inside: { room: Room; depth: number }): unknown {
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (inside.room.left < 0) break;
    if (member === undefined) continue;
    inside.room.left -= name.length + 3;
    members.push([maskedText(name), isHidden(name, member) ? maskedValue : masked(member, inside)]);
  }
  return Object.fromEntries(members);
}

/** Under a secret's name everything is left out but absence, and numbers that count something. */
function isHidden(name: string, member: unknown): boolean {
  if (member === null || !isSecretName(name)) return false;
  return typeof member === "number" || typeof member === "boolean" ? isSecretNumber(name) : true;
}
