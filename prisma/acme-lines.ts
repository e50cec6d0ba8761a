import type { LogLevel } from "@/lib/logs/schema";

/** A line that one of acme's services wrote, so many minutes ago. */
interface SeedLine {
  minutesAgo: number;
  service: "invoices" | "submissions" | "status" | "echo";
  level: LogLevel;
  message: string;
  data?: unknown;
  traceId?: string;
}

const stack = `Error: no exchange rate for SEK on 2026-10-31
    at convert (/srv/invoices/rates.js:41:11)
    at total (/srv/invoices/total.js:88:20)
    at issue (/srv/invoices/issue.js:132:9)`;

/** A day of what acme's services had to say, oldest first. */
export const acmeLines: readonly SeedLine[] = [
  ...([1490, 1190, 890, 590, 290] as const).map((minutesAgo, index): SeedLine => ({
    minutesAgo,
    service: "status",
    level: "debug",
    message: "All checks passed",
    data: { checks: 12, slowestMs: 48 + 7 * index },
  })),
  {
    minutesAgo: 1480,
    service: "invoices",
    level: "info",
    message: "Started",
    data: { version: "2.14.0", node: "invoices-1", port: 8080 },
  },
  {
    minutesAgo: 1479,
    service: "invoices",
    level: "debug",
    message: "Cache warmed",
    data: { entries: 4120, ms: 318 },
  },
  {
    minutesAgo: 1475,
    service: "submissions",
    level: "info",
    message: "Started",
    data: { version: "0.31.2", workers: 4 },
  },
  {
    minutesAgo: 1302,
    service: "submissions",
    level: "info",
    message: "Submission received",
    data: { submission: "sub_88114", form: "tax-2026", bytes: 48_211 },
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  },
  {
    minutesAgo: 1301,
    service: "submissions",
    level: "debug",
    message: "Attachments scanned",
    data: { submission: "sub_88114", files: 3, ms: 741 },
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  },
  {
    minutesAgo: 1300,
    service: "submissions",
    level: "info",
    message: "Submission filed",
    data: { submission: "sub_88114", reference: "F-2026-004411" },
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  },
  {
    minutesAgo: 1140,
    service: "invoices",
    level: "info",
    message: "Invoice issued",
    data: { invoice: "inv_1032", customer: "Halyard", amount: 18_250, currency: "EUR" },
    traceId: "a1c0ffee5b7e4f20",
  },
  {
    minutesAgo: 1139,
    service: "invoices",
    level: "warn",
    message: "Rendering a PDF took long",
    data: { invoice: "inv_1032", ms: 4_210, pages: 38 },
    traceId: "a1c0ffee5b7e4f20",
  },
  {
    minutesAgo: 1138,
    service: "invoices",
    level: "error",
    message: "The mail server refused an invoice",
    data: { invoice: "inv_1032", answer: "450 4.2.1 mailbox busy", attempt: 1 },
    traceId: "a1c0ffee5b7e4f20",
  },
  {
    minutesAgo: 1123,
    service: "invoices",
    level: "info",
    message: "Invoice mailed",
    data: { invoice: "inv_1032", attempt: 2 },
    traceId: "a1c0ffee5b7e4f20",
  },
  {
    minutesAgo: 960,
    service: "status",
    level: "warn",
    message: "A check was slow",
    data: { check: "submissions", ms: 1_940, usualMs: 120 },
  },
  {
    minutesAgo: 955,
    service: "status",
    level: "error",
    message: "A check failed",
    data: { check: "submissions", status: 503, failedInRow: 2 },
  },
  {
    minutesAgo: 954,
    service: "submissions",
    level: "error",
    message: "The virus scanner does not answer; submissions wait",
    data: { scanner: "clamd-2", waiting: 17 },
  },
  {
    minutesAgo: 951,
    service: "submissions",
    level: "warn",
    message: "Fell over to the other scanner",
    data: { from: "clamd-2", to: "clamd-1", waiting: 23 },
  },
  {
    minutesAgo: 949,
    service: "status",
    level: "info",
    message: "A check passes again",
    data: { check: "submissions", downSeconds: 371 },
  },
  {
    minutesAgo: 720,
    service: "invoices",
    level: "info",
    message: "Nightly export finished",
    data: { rows: 18_231, file: "exports/2026-11.ndjson.gz", seconds: 42.6 },
  },
  { minutesAgo: 610, service: "invoices", level: "error", message: stack, traceId: "77d1e0b2c9f84a3d" },
  {
    minutesAgo: 609,
    service: "invoices",
    level: "warn",
    message: "The rate of the day before was used",
    data: { currency: "SEK", rate: 11.4205, of: "2026-10-30" },
    traceId: "77d1e0b2c9f84a3d",
  },
  {
    minutesAgo: 480,
    service: "submissions",
    level: "info",
    message: "Submission received",
    data: { submission: "sub_88119", form: "permit", bytes: 1_204_877 },
    traceId: "0af7651916cd43dd8448eb211c80319c",
  },
  {
    minutesAgo: 479,
    service: "submissions",
    level: "warn",
    message: "Submission refused: an attachment is no PDF",
    data: { submission: "sub_88119", file: "plan-north.dwg", type: "image/vnd.dwg" },
    traceId: "0af7651916cd43dd8448eb211c80319c",
  },
  {
    minutesAgo: 340,
    service: "echo",
    level: "trace",
    message: "GET /v1/orders from checkout-web",
    data: { headers: 14, bodyBytes: 0 },
  },
  {
    minutesAgo: 222,
    service: "invoices",
    level: "warn",
    message: "The connection pool is nearly used up",
    data: { used: 18, max: 20, waiting: 4 },
  },
  {
    minutesAgo: 221,
    service: "invoices",
    level: "fatal",
    message: "Out of memory: the worker ends and is started again",
    data: { worker: 3, residentMegabytes: 1_021, limitMegabytes: 1_024 },
  },
  {
    minutesAgo: 220,
    service: "invoices",
    level: "info",
    message: "Worker started",
    data: { worker: 3, version: "2.14.0" },
  },
  {
    minutesAgo: 95,
    service: "submissions",
    level: "info",
    message: "Submission received",
    data: { submission: "sub_88120", form: "tax-2026", bytes: 52_730 },
    traceId: "5d1f8b0a77e24c91",
  },
  {
    minutesAgo: 94,
    service: "submissions",
    level: "info",
    message: "Submission filed",
    data: { submission: "sub_88120", reference: "F-2026-004412" },
    traceId: "5d1f8b0a77e24c91",
  },
  {
    minutesAgo: 41,
    service: "invoices",
    level: "info",
    message: "Invoice paid",
    data: { invoice: "inv_1030", method: "transfer", amount: 9_980, currency: "EUR" },
  },
  {
    minutesAgo: 12,
    service: "invoices",
    level: "info",
    message: "Invoice issued",
    data: { invoice: "inv_1041", customer: "Northwind", amount: 64_300, currency: "EUR" },
    traceId: "c0de5eed19a24b66",
  },
  {
    minutesAgo: 6,
    service: "submissions",
    level: "warn",
    message: "Submissions arrive faster than they are filed",
    data: { sender: "submissions-bot", arrivingPerMinute: 30, filedPerMinute: 18, waiting: 41 },
  },
  {
    minutesAgo: 2,
    service: "status",
    level: "debug",
    message: "All checks passed",
    data: { checks: 12, slowestMs: 61 },
  },
  {
    minutesAgo: 1,
    service: "submissions",
    level: "error",
    message: "A submission waited longer than promised",
    data: { submission: "sub_88347", waitedSeconds: 312, promisedSeconds: 300, waiting: 107 },
  },
  {
    minutesAgo: 0,
    service: "submissions",
    level: "info",
    message: "Two more workers started",
    data: { workers: 6, waiting: 109 },
  },
];
