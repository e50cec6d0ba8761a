/** A span of bytes, end excluded. */
export interface Span {
  start: number;
  end: number;
}

/** A field found in a body: its text, and the bytes to cut so that the rest stands as it was. */
export interface FoundField {
  value: string;
  cut: Span;
}

interface Member extends Span {
  name: string;
  value: Span;
}

const depthMax = 64;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Members called `name` of a JSON object whose value is text, at the top level only, doubles included.
 * Empty for anything else: no object, not valid JSON, not UTF-8, nested deeper than 64. A byte order mark is overlooked.
 */
export function jsonTextMembers(bytes: Uint8Array, name: string): FoundField[] {
  const members = topLevelMembers(bytes);
  if (members === null) return [];
  const wanted = members.filter((member) => member.name === name && bytes[member.value.start] === quote);
  if (wanted.length === 0 || parsed(bytes, { start: 0, end: bytes.length }) === undefined) return [];
  return wanted.map((member) => ({
    value: String(parsed(bytes, member.value)),
    cut: cutOf(member, { members, wanted }),
  }));
}

/** A member goes with the comma after it; those at the end go with the comma after the last one that stays. */
function cutOf(member: Member, { members, wanted }: { members: Member[]; wanted: Member[] }): Span {
  const at = members.indexOf(member);
  const next = members[at + 1];
  const stays = (other: Member) => !wanted.includes(other);
  if (next !== undefined && members.slice(at + 1).some(stays))
    return { start: member.start, end: next.start };
  const lastKept = members.findLast(stays);
  return { start: lastKept?.end ?? members[0]?.start ?? member.start, end: member.end };
}

function topLevelMembers(bytes: Uint8Array): Member[] | null {
  let at = skipSpace(bytes, startsWithMark(bytes) ? 3 : 0);
  if (bytes[at] !== openBrace) return null;
  const members: Member[] = [];
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === closeBrace) return members;
  for (;;) {
    const member = readMember(bytes, at);
    if (member === null) return null;
    members.push(member);
    at = skipSpace(bytes, member.end);
    if (bytes[at] === closeBrace) return skipSpace(bytes, at + 1) === bytes.length ? members : null;
    if (bytes[at] !== comma) return null;
    at = skipSpace(bytes, at + 1);
  }
}

function readMember(bytes: Uint8Array, start: number): Member | null {
  if (bytes[start] !== quote) return null;
  const nameEnd = endOfString(bytes, start);
  const name = nameEnd === null ? undefined : parsed(bytes, { start, end: nameEnd });
  if (nameEnd === null || typeof name !== "string") return null;
  const colonAt = skipSpace(bytes, nameEnd);
  if (bytes[colonAt] !== colon) return null;
  const valueStart = skipSpace(bytes, colonAt + 1);
  const end = endOfValue(bytes, valueStart);
  return end === null ? null : { name, start, end, value: { start: valueStart, end } };
}

function endOfValue(bytes: Uint8Array, start: number): number | null {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      const end = endOfString(bytes, at);
      if (end === null) return null;
      at = end - 1;
      if (depth === 0) return end;
    } else if (byte === openBrace || byte === openBracket) {
      if (++depth >= depthMax) return null;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return at;
  }
  return null;
}

function endOfString(bytes: Uint8Array, start: number): number | null {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === backslash) at++;
    else if (bytes[at] === quote) return at + 1;
  }
  return null;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function parsed(bytes: Uint8Array, { start, end }: Span): unknown {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end)),
    );
    return value;
  } catch {
    return undefined;
  }
}
