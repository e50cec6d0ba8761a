interface Frame {
  /** Keys seen so far; null in an array. */
  keys: Set<string> | null;
  /** The key or index being read. */
  at: string | number;
  awaitsKey: boolean;
}

/** Where well-formed JSON text names a key twice in one object, as dotted paths. `JSON.parse` would keep the last one silently. */
export function duplicateKeys(text: string): string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  for (let i = 0; i < text.length; i++) {
    const frame = stack.at(-1);
    const character = text[i];
    if (character === "{") stack.push({ keys: new Set(), at: "", awaitsKey: true });
    else if (character === "[") stack.push({ keys: null, at: 0, awaitsKey: false });
    else if (character === "}" || character === "]") stack.pop();
    else if (character === "," && frame !== undefined) next(frame);
    else if (character === '"') {
      const end = stringEnd(text, i);
      if (frame?.awaitsKey === true && isSeen(frame, readString(text.slice(i, end + 1))))
        found.push(stack.map(({ at }) => at).join("."));
      i = end;
    }
  }
  return found;
}

/** Takes the frame's next key, and says whether it had that one before. */
function isSeen(frame: Frame, key: string): boolean {
  const seen = frame.keys?.has(key) === true;
  frame.at = key;
  frame.awaitsKey = false;
  frame.keys?.add(key);
  return seen;
}

function next(frame: Frame): void {
  if (frame.keys !== null) frame.awaitsKey = true;
  else if (typeof frame.at === "number") frame.at++;
}

function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i;
}

function readString(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  const value: unknown = JSON.parse(quoted);
  return typeof value === "string" ? value : quoted;
}

/** Whether JSON text opens more than `levels` objects and arrays inside one another; the text need not be well-formed. */
export function textNestsDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') i = stringEnd(text, i);
    else if (character === "{" || character === "[") {
      if (++depth > levels) return true;
    } else if (character === "}" || character === "]") depth--;
  }
  return false;
}

/** Whether a parsed value nests deeper than `levels`; looks no further than that. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => nestsDeeperThan(item, levels - 1));
}
