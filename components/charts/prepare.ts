/** Everything a chart has to decide before it draws. Pure: numbers in, numbers, words and paths out. Times are UTC. */

/** Counts of one span of time, aligned with the series they belong to. */
export interface Column {
  /** Begin of the span, RFC 3339. */
  at: string;
  values: readonly number[];
}

export interface Ticks {
  /** Value at the top of the plot; never less than the largest value. */
  top: number;
  /** From `top` down to 0, evenly. */
  values: readonly number[];
}

const steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10];

/** Four hairlines and a base that are easy to say. Counts (`whole`) never get a fractional line. */
export function niceTicks(largest: number, { lines = 4, whole = true } = {}): Ticks {
  const least = Math.max(largest, whole ? lines : Number.MIN_VALUE) / lines;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const fits = (step: number) =>
    step * magnitude >= least * (1 - 1e-9) && (!whole || Number.isInteger(step * magnitude));
  const step = (steps.find(fits) ?? 10) * magnitude;
  const values = Array.from({ length: lines + 1 }, (_, line) =>
    Number(((lines - line) * step).toPrecision(12)),
  );
  return { top: values[0] ?? 0, values };
}

const units = [
  { from: 999_500_000, by: 1e9, unit: "G" },
  { from: 999_500, by: 1e6, unit: "M" },
  { from: 10_000, by: 1e3, unit: "k" },
] as const;

/** A count in at most three figures with its unit apart: 4.82 and M, 486 and k, 9,204 and nothing. */
export function compactCount(count: number): { value: string; unit: string } {
  const scale = units.find(({ from }) => count >= from);
  if (!scale) return { value: count.toLocaleString("en"), unit: "" };
  const scaled = count / scale.by;
  const digits = scale.unit === "k" || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return { value: scaled.toFixed(digits), unit: scale.unit };
}

/** The same as one word: `4.82 M`. */
export function compactText(count: number): string {
  const { value, unit } = compactCount(count);
  return unit === "" ? value : `${value} ${unit}`;
}

/** A tick's word: 150 k, 2.5 M, 0.5. */
export function tickText(value: number): string {
  const scale = value < 1000 ? undefined : value < 1e6 ? { by: 1e3, unit: "k" } : { by: 1e6, unit: "M" };
  return scale
    ? `${Number((value / scale.by).toPrecision(3))} ${scale.unit}`
    : `${Number(value.toPrecision(3))}`;
}

/** A whole series from one that leaves out empty spans: `count` columns from `from`, `stepMs` apart. */
export function fillGaps(
  known: readonly Column[],
  { from, stepMs, count, width }: { from: string; stepMs: number; count: number; width: number },
): Column[] {
  const byTime = new Map(known.map((column) => [Date.parse(column.at), column.values]));
  const begin = Date.parse(from);
  return Array.from({ length: count }, (_, index) => {
    const time = begin + index * stepMs;
    return { at: new Date(time).toISOString(), values: byTime.get(time) ?? new Array<number>(width).fill(0) };
  });
}

/** Sum of each series. */
export function totalsOf(columns: readonly Column[], series: number): number[] {
  return Array.from({ length: series }, (_, one) =>
    columns.reduce((sum, column) => sum + (column.values[one] ?? 0), 0),
  );
}

/** Left edge and width of each column in whole pixels; together they fill `width`. Narrow ones stand 1 px apart, others 3. */
export function columnEdges({
  count,
  width,
}: {
  count: number;
  width: number;
}): { x: number; width: number }[] {
  const gap = gapOf(width / count);
  const edge = (index: number) => Math.round((index * (width + gap)) / count);
  return Array.from({ length: count }, (_, index) => ({
    x: edge(index),
    width: Math.max(1, edge(index + 1) - edge(index) - gap),
  }));
}

function gapOf(pitch: number): number {
  if (pitch < 3) return 0;
  return pitch < 8 ? 1 : 3;
}

/** Which column is under `x`. */
export function columnAt(x: number, { count, width }: { count: number; width: number }): number {
  return Math.max(0, Math.min(count - 1, Math.floor((x / width) * count)));
}

export interface Box {
  width: number;
  height: number;
  /** Value at the top. */
  top: number;
}

/**
 * One path per series, stacked from calm to loud with 1 px between. Edges stand on whole pixels; what is less than a
 * pixel is not drawn.
 */
export function stackPaths(
  columns: readonly Column[],
  series: number,
  { width, height, top }: Box,
): string[] {
  const edges = columnEdges({ count: columns.length, width });
  const paths = new Array<string>(series).fill("");
  columns.forEach(({ values }, index) => {
    const edge = edges[index] ?? { x: 0, width: 0 };
    let floor = height;
    for (let one = 0; one < series; one += 1) {
      const exact = top > 0 ? ((values[one] ?? 0) / top) * height : 0;
      if (exact < 1) continue;
      const tall = Math.min(Math.round(exact), floor);
      paths[one] += `M${edge.x} ${floor}v${-tall}h${edge.width}v${tall}z`;
      floor -= tall + 1;
    }
  });
  return paths;
}

/** A line through the middle of each column and the area below it; broken where a value is missing. */
export function linePaths(
  values: readonly (number | null)[],
  { width, height, top }: Box,
): { line: string; area: string } {
  const last = Math.max(1, values.length - 1);
  let line = "";
  let area = "";
  let begun: number | undefined;
  const close = (x: number) => {
    if (begun !== undefined) area += `L${x} ${height}L${begun} ${height}Z`;
    begun = undefined;
  };
  values.forEach((value, index) => {
    const x = Number(((index / last) * width).toFixed(1));
    if (value === null) return close(Number((((index - 1) / last) * width).toFixed(1)));
    const y = Number((height - (top > 0 ? Math.min(1, value / top) : 0) * height).toFixed(1));
    const step = `${begun === undefined ? "M" : "L"}${x} ${y}`;
    begun ??= x;
    line += step;
    area += step;
  });
  close(width);
  return { line, area };
}

/** Days of a sparkline: `bad` stands on `ok`. */
export interface SparkDay {
  ok: number;
  bad: number;
}

/** Strokes of a sparkline: each bar `bar` px wide, 1 px apart; a day without calls keeps a floor of 1 px. */
export function sparkPaths(days: readonly SparkDay[], { height, bar }: { height: number; bar: number }) {
  const most = Math.max(1, ...days.map(({ ok, bad }) => ok + bad));
  let ok = "";
  let bad = "";
  days.forEach((day, index) => {
    const x = index * (bar + 1) + bar / 2;
    const badTall = day.bad === 0 ? 0 : Math.max(1, Math.round((day.bad / most) * height));
    const okTall = Math.min(
      Math.max(badTall === 0 ? 1 : 0, Math.round((day.ok / most) * height)),
      height - badTall,
    );
    if (okTall > 0) ok += `M${x} ${height}v${-okTall}`;
    if (badTall > 0) bad += `M${x} ${height - okTall}v${-badTall}`;
  });
  return { ok, bad, width: Math.max(0, days.length * (bar + 1) - 1) };
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const clock = (time: Date) => time.toISOString().slice(11, 16);
const dayOf = (time: Date) => `${weekdays[time.getUTCDay()]} ${time.getUTCDate()}`;

/** A span in words: `Fri 21 Nov, 15:00–18:00`, or the day alone when it lasts one. */
export function spanText(at: string, seconds: number): string {
  const begin = new Date(at);
  const day = `${dayOf(begin)} ${months[begin.getUTCMonth()]}`;
  if (seconds >= 86_400) return day;
  return `${day}, ${clock(begin)}–${clock(new Date(begin.getTime() + seconds * 1000))}`;
}

export interface AxisLabel {
  /** Place along the axis, 0 to 1. */
  place: number;
  text: string;
}

/** Width of an axis word of 11 px and the gap that parts it from the next, px: enough for the widest figures. */
const [axisCharacterWidth, axisGap] = [6.4, 8];

/** The words that fit beside each other on an axis of `width` px; the newest stay. */
export function fittingLabels(labels: readonly AxisLabel[], width: number): AxisLabel[] {
  let free = Number.POSITIVE_INFINITY;
  return labels
    .toReversed()
    .filter(({ place, text }) => {
      const length = text.length * axisCharacterWidth;
      const begin = place < 0.02 ? 0 : place > 0.98 ? width - length : place * width - length / 2;
      if (begin + length > free) return false;
      free = begin - axisGap;
      return true;
    })
    .toReversed();
}

/**
 * Words below the time axis: days for a week of hours, clock times within a day, weekly dates for a month. Bars fill
 * their spans; a line's points stand at both ends.
 */
export function axisLabels(
  ats: readonly string[],
  bucketSeconds: number,
  kind: "spans" | "points" = "spans",
): AxisLabel[] {
  const spans = ats.length;
  const middle = (index: number, length: number) => (index + length / 2) / spans;
  const begins = ats.map((at) => new Date(at));
  if (bucketSeconds >= 86_400) {
    return begins.flatMap((begin, index) =>
      (spans - 1 - index) % 7 === 0
        ? [{ place: middle(index, 1), text: `${begin.getUTCDate()} ${months[begin.getUTCMonth()]}` }]
        : [],
    );
  }
  const aDay = 86_400 / bucketSeconds;
  if (spans > aDay * 1.5) {
    return begins.flatMap((begin, index) => {
      if (begin.getUTCHours() !== 0 || begin.getUTCMinutes() !== 0) return [];
      const length = Math.min(aDay, spans - index);
      return length < aDay / 3 ? [] : [{ place: middle(index, length), text: dayOf(begin) }];
    });
  }
  const whole = kind === "points" ? Math.max(1, spans - 1) : spans;
  const every = Math.max(1, Math.round(whole / 4));
  return begins.flatMap((begin, index) =>
    index % every === 0 ? [{ place: index / whole, text: clock(begin) }] : [],
  );
}
