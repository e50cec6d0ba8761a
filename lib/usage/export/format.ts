/** One line of an export: the calls of one split in one minute, hour or day. */
export interface UsageLine {
  /** Begin of the minute, hour or day, RFC 3339 UTC. */
  at: string;
  key: string | null;
  keyName: string | null;
  secret: string | null;
  customer: string | null;
  customerExternalId: string | null;
  service: string | null;
  serviceSlug: string | null;
  method: string;
  route: string | null;
  status: number;
  outcome: string;
  calls: number;
  cost: number;
  requestBytes: number;
  responseBytes: number;
  /** Quantiles of total latency in µs, as everywhere in usage. */
  p50Us: number | null;
  p95Us: number | null;
}

/** Names of the columns, in order. */
export const usageLineColumns = [
  "at",
  "key",
  "keyName",
  "secret",
  "customer",
  "customerExternalId",
  "service",
  "serviceSlug",
  "method",
  "route",
  "status",
  "outcome",
  "calls",
  "cost",
  "requestBytes",
  "responseBytes",
  "p50Us",
  "p95Us",
] as const satisfies readonly (keyof UsageLine)[];

/** The first line of a CSV export. */
export const csvHeader = `${usageLineColumns.join(",")}\r\n`;

/** A line of CSV by RFC 4180; nothing is an empty field. */
export function csvLine(line: UsageLine): string {
  return `${usageLineColumns.map((column) => csvField(line[column])).join(",")}\r\n`;
}

/** A line of NDJSON. */
export function jsonLine(line: UsageLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection"). */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The bucket that holds the ⌈q·n⌉-th of n calls of a histogram (nearest rank, type 1 of Hyndman and Fan), or null
 * without calls.
 */
export function bucketAt(histogram: readonly number[], q: number): number | null {
  const all = histogram.reduce((sum, calls) => sum + calls, 0);
  if (all === 0) return null;
  let upto = 0;
  return histogram.findIndex((calls) => {
    upto += calls;
    return upto >= q * all;
  });
}
