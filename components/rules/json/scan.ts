/** A value in JSON text: where it is in the document and in the text. */
export interface Found {
  path: readonly (string | number)[];
  from: number;
  to: number;
  /** Of its key with the quotes; the value's own for array items and the whole. */
  keyFrom: number;
  keyTo: number;
}

/** What may be written at a place of the text. */
export interface Spot {
  /** Of the object whose key is written, or of the value. */
  path: readonly (string | number)[];
  kind: "key" | "value";
  /** Where the word or string under the cursor begins, quote included. */
  from: number;
  /** Keys that the object has already, before and after; empty for values. */
  present: readonly string[];
}

interface Frame {
  isObject: boolean;
  /** Key or index being read. */
  at: string | number;
  keys: string[];
  expects: "key" | "colon" | "value" | "comma";
  keyFrom: number;
  keyTo: number;
  /** Where its own brace stands. */
  from: number;
  own: { keyFrom: number; keyTo: number };
}

/** Walks JSON text that may be half written, and tells each value as it ends. Stops before `until`. */
function walk(
  text: string,
  until: number,
  onValue: (found: Found) => void,
): { stack: Frame[]; token: { from: number; kind: "string" | "word" } | null } {
  const stack: Frame[] = [];
  const top = () => stack.at(-1);
  const pathOf = () => stack.map((frame) => frame.at);
  const end = (from: number, to: number) => {
    const frame = top();
    const isMember = frame?.isObject === true;
    onValue({
      path: pathOf(),
      from,
      to,
      keyFrom: isMember ? frame.keyFrom : from,
      keyTo: isMember ? frame.keyTo : to,
    });
    if (frame !== undefined) frame.expects = "comma";
  };
  let i = 0;
  while (i < until) {
    const char = text[i] ?? "";
    const frame = top();
    if (char === '"') {
      const close = stringEnd(text, i);
      if (close >= until) return { stack, token: { from: i, kind: "string" } };
      if (frame?.isObject === true && frame.expects === "key") {
        frame.at = readString(text.slice(i, close + 1));
        frame.keys.push(String(frame.at));
        Object.assign(frame, { keyFrom: i, keyTo: close + 1, expects: "colon" });
      } else end(i, close + 1);
      i = close + 1;
    } else if (char === "{" || char === "[") {
      const isObject = char === "{";
      const own = { keyFrom: frame?.keyFrom ?? i, keyTo: frame?.keyTo ?? i };
      stack.push({
        isObject,
        at: isObject ? "" : 0,
        keys: [],
        expects: isObject ? "key" : "value",
        keyFrom: i,
        keyTo: i,
        from: i,
        own,
      });
      i += 1;
    } else if (char === "}" || char === "]") {
      const closed = stack.pop();
      if (closed !== undefined) end(closed.from, i + 1);
      i += 1;
    } else if (char === ",") {
      if (frame !== undefined) {
        if (typeof frame.at === "number") frame.at += 1;
        frame.expects = frame.isObject ? "key" : "value";
      }
      i += 1;
    } else if (char === ":") {
      if (frame !== undefined) frame.expects = "value";
      i += 1;
    } else if (/\s/.test(char)) i += 1;
    else {
      const close = i + (/^[^\s{}[\]:,"]+/.exec(text.slice(i))?.[0].length ?? 1);
      if (close >= until) return { stack, token: { from: i, kind: "word" } };
      if (frame?.expects !== "key") end(i, close);
      i = close;
    }
  }
  return { stack, token: null };
}

function stringEnd(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && text[i] !== '"' && text[i] !== "\n") i += text[i] === "\\" ? 2 : 1;
  return i;
}

function readString(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    return String(value);
  } catch {
    return quoted.slice(1, -1);
  }
}

/** Every value of JSON text with its place, inner ones before those around them. */
export function findValues(text: string): Found[] {
  const found: Found[] = [];
  walk(text, text.length, (value) => found.push(value));
  return found;
}

/** The value at a dotted path such as `when.credential.metadata.plan`, or the nearest one around it. */
export function findPath(values: readonly Found[], dotted: string): Found | null {
  for (let path = dotted; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    const found = values.find((value) => value.path.join(".") === path);
    if (found !== undefined) return found;
  }
  return values.find((value) => value.path.length === 0) ?? null;
}

/** What may be written at `position`, or null where nothing may (between a key and its colon, after a value). */
export function spotAt(text: string, position: number): Spot | null {
  const { stack, token } = walk(text, position, () => undefined);
  const frame = stack.at(-1);
  if (frame === undefined) return null;
  const from = token?.from ?? position;
  const around = stack.slice(0, -1).map(({ at }) => at);
  if (frame.isObject && frame.expects === "key")
    return { path: around, kind: "key", from, present: [...frame.keys, ...keysAfter(text, position)] };
  if (frame.expects === "value") return { path: [...around, frame.at], kind: "value", from, present: [] };
  return null;
}

/** Keys of the same object that stand behind the cursor. */
function keysAfter(text: string, position: number): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let i = position; i < text.length; i += 1) {
    const char = text[i];
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      if (depth === 0) return keys;
      depth -= 1;
    } else if (char === '"') {
      const close = stringEnd(text, i);
      if (depth === 0 && /^\s*:/.test(text.slice(close + 1))) keys.push(readString(text.slice(i, close + 1)));
      i = close;
    }
  }
  return keys;
}
