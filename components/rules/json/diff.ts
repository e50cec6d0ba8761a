/** A line of two texts laid side by side. `replaces` is the old line where exactly one was replaced by one. */
export type DiffLine =
  | { kind: "same"; text: string; before: number; after: number }
  | { kind: "removed"; text: string; before: number }
  | { kind: "added"; text: string; after: number; replaces: string | null };

const cellsMax = 4_000_000;

/** The shortest way from one text to the other, by whole lines. Line numbers begin with 1. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const lengths = old.length * now.length > cellsMax ? null : commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [oldLine, newLine] = [old[i], now[j]];
    if (oldLine !== undefined && newLine !== undefined && oldLine === newLine) {
      lines.push({ kind: "same", text: newLine, before: ++i, after: ++j });
    } else if (oldLine !== undefined && (newLine === undefined || prefersOld(lengths, i, j))) {
      lines.push({ kind: "removed", text: oldLine, before: ++i });
    } else if (newLine !== undefined)
      lines.push({ kind: "added", text: newLine, after: ++j, replaces: null });
  }
  return withReplacements(lines);
}

/** The lines of a text; nothing has none, so what is new is not said to replace an empty line. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

/** `lengths[i][j]`: how many lines the ends from i and j have in common. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? new Uint32Array();
      row[j] =
        old[i] === now[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  return lengths;
}

function at(lengths: readonly Uint32Array[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

function prefersOld(lengths: readonly Uint32Array[] | null, i: number, j: number): boolean {
  return lengths === null || at(lengths, i + 1, j) >= at(lengths, i, j + 1);
}

function withReplacements(lines: readonly DiffLine[]): DiffLine[] {
  return lines.map((line, index) => {
    const [before, previous, next] = [lines[index - 2], lines[index - 1], lines[index + 1]];
    const isPair =
      line.kind === "added" &&
      previous?.kind === "removed" &&
      before?.kind !== "removed" &&
      next?.kind !== "added";
    return isPair ? { ...line, replaces: previous.text } : line;
  });
}

/** The part of the old line that another took the place of: `"maximum": 5000` → `5000`. Empty where something was only added. */
export function replacedPart(before: string, after: string): string {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (before.length - end <= start) return "";
  const boundary = /[\w.*{}/-]/;
  while (start > 0 && boundary.test(before[start - 1] ?? "")) start -= 1;
  while (end > 0 && boundary.test(before[before.length - end] ?? "")) end -= 1;
  const part = before.slice(start, before.length - end).trim();
  return /\w/.test(part) ? part : "";
}
