import { cleanJson, cleanText } from "@/lib/logs/intake/clean-text";
import { aheadMsMax, dataDepthMax, dataLengthMax, LogLineInput, type LogLevel } from "@/lib/logs/schema";

/** A line that may be stored, but for its service, which is still as the writer named it. */
export interface JudgedLine {
  /** The writer's own id, or null. */
  givenId: string | null;
  at: Date;
  level: LogLevel;
  service: string | null;
  message: string;
  /** JSON text. */
  data: string | null;
  traceId: string | null;
}

/** Which times a line may have. */
export interface LogClock {
  nowMs: number;
  retentionDays: number;
}

/** A line as it will be stored, or what is wrong with it in a sentence. */
export function judgeLine(value: unknown, clock: LogClock): JudgedLine | { wrong: string } {
  const parsed = LogLineInput.safeParse(value);
  if (!parsed.success) return { wrong: wordsOf(parsed.error.issues) };
  const { message, level, at, service, data, traceId, id } = parsed.data;
  const when = at === undefined ? new Date(clock.nowMs) : new Date(at);
  const wrong = wrongTime(when, clock) ?? wrongData(data);
  if (wrong !== null) return { wrong };
  const text = data === undefined || data === null ? null : JSON.stringify(data);
  if (text !== null && text.length > dataLengthMax)
    return { wrong: `data: is longer than ${dataLengthMax} characters of JSON` };
  return {
    givenId: id ?? null,
    at: when,
    level,
    service: service ?? null,
    message: cleanText(message),
    data: text === null ? null : cleanJson(text),
    traceId: traceId === undefined ? null : cleanText(traceId),
  };
}

interface Issue {
  path: readonly PropertyKey[];
  message: string;
  code?: string | undefined;
  keys?: readonly string[] | undefined;
}

function wordsOf(issues: readonly Issue[]): string {
  return issues
    .slice(0, 3)
    .map(({ path, message, code, keys }) => {
      if (code === "unrecognized_keys" && keys !== undefined)
        return `${cleanText(keys.slice(0, 3).join(", ").slice(0, 100))}: is not known here`;
      const words = /received undefined$/.test(message) ? "is required" : message;
      return path.length === 0
        ? "must be an object with a message"
        : `${path.map(String).join(".")}: ${words}`;
    })
    .join("; ");
}

function wrongTime(at: Date, { nowMs, retentionDays }: LogClock): string | null {
  if (at.getTime() > nowMs + aheadMsMax) return "at: is more than a day ahead";
  if (at.getTime() < nowMs - retentionDays * 86_400_000)
    return `at: is older than the ${retentionDays} days that lines are kept`;
  return null;
}

/** Level by level, so that no depth can exhaust the stack. */
function wrongData(data: unknown): string | null {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (level.includes(Infinity) || level.includes(-Infinity)) return "data: holds a number beyond 1.8e308";
    const inside = level.filter((value): value is object => typeof value === "object" && value !== null);
    if (inside.length > 0 && depth === dataDepthMax) return `data: is deeper than ${dataDepthMax} levels`;
    level = inside.flatMap((value): unknown[] => Object.values(value));
  }
  return null;
}
