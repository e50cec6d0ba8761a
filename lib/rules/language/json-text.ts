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
    switch (text[i]) {
      case "{":
        stack.push({ keys: new Set(), at: "", awaitsKey: true });
        break;
      case "[":
        stack.push({ keys: null, at: 0, awaitsKey: false });
        break;
      case "}":
      case "]":
        stack.pop();
        break;
      case ",":
        if (frame !== undefined) next(frame);
        break;
      case '"': {
        const end = stringEnd(text, i);
        if (frame?.keys && frame.awaitsKey) {
          frame.at = readString(text.slice(i, end + 1));
          frame.awaitsKey = false;
          if (frame.keys.has(frame.at)) found.push(stack.map(({ at }) => at).join("."));
          frame.keys.add(frame.at);
        }
        i = end;
        break;
      }
    }
  }
  return found;
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
  const value: unknown = JSON.parse(quoted);
  return typeof value === "string" ? value : quoted;
}

/** Whether a parsed value nests deeper than `levels`; looks no further than that. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => nestsDeeperThan(item, levels - 1));
}
