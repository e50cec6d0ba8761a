import { gzipSync } from "node:zlib";

/** A value to seed; what is no text is stored as JSON. */
interface SeedValue {
  key: string;
  value: unknown;
  /** Media type of a text or of bytes. */
  contentType?: string;
  expiresInSeconds?: number;
}

const hour = 3_600;

const reminder = `<!doctype html>
<html lang="en">
  <body>
    <p>Dear {{name}},</p>
    <p>invoice {{number}} of {{amount}} was due on {{date}}.</p>
    <p>If you have paid meanwhile, please ignore this.</p>
  </body>
</html>
`;

const taxRates = `country,rate,from
DE,19,2021-01-01
FR,20,2014-01-01
NL,21,2012-10-01
SE,25,1990-07-01
`;

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img" aria-label="acme">
  <path d="M4 28 16 4l12 24h-7l-5-11-5 11z" fill="currentColor" />
</svg>
`;

const exported = gzipSync(
  Array.from({ length: 400 }, (_, index) =>
    JSON.stringify({ id: `inv_${1_001 + index}`, amount: 1_200 + ((index * 7_919) % 90_000) }),
  ).join("\n"),
);

/** What acme's programs keep between calls. */
export const acmeValues: readonly SeedValue[] = [
  {
    key: "config/checkout",
    value: { currency: "EUR", methods: ["card", "transfer", "invoice"], maxItems: 200, taxIncluded: true },
  },
  {
    key: "config/mail",
    value: { from: "billing@acme.example", replyTo: "help@acme.example", footer: { lines: 3, links: true } },
  },
  { key: "config/tax-rates", value: taxRates, contentType: "text/csv" },
  { key: "counters/invoices/2026", value: 18_231 },
  { key: "counters/submissions/2026", value: 4_412 },
  { key: "cursors/ledger-export", value: { after: "inv_1041", page: 46, complete: false } },
  { key: "exports/2026-11.ndjson.gz", value: exported, contentType: "application/gzip" },
  { key: "flags/new-invoice-layout", value: true },
  { key: "flags/pay-by-transfer", value: { on: true, share: 0.25, customers: ["halyard", "bluefin"] } },
  {
    key: "locks/nightly-export",
    value: { holder: "exporter-2", host: "batch-1.acme.example" },
    expiresInSeconds: 9 * hour,
  },
  { key: "logo.svg", value: logo, contentType: "image/svg+xml" },
  { key: "notices/maintenance", value: "No maintenance is planned.", contentType: "text/plain" },
  {
    key: "sessions/checkout/8f2c1",
    value: { cart: ["sku-114", "sku-209"], step: "payment" },
    expiresInSeconds: hour,
  },
  { key: "templates/reminder.html", value: reminder, contentType: "text/html" },
];

/** What Northwind's programs keep, which is in a store of its own. */
export const northwindValues: readonly SeedValue[] = [
  { key: "counters/downloads", value: 87 },
  { key: "cursors/invoices", value: { after: "inv_1038", at: "2026-11-20T06:00:00Z" } },
  {
    key: "imports/last",
    value: "import 2026-11-19, 412 rows",
    contentType: "text/plain",
    expiresInSeconds: 72 * hour,
  },
  { key: "preferences", value: { language: "nl", timeZone: "Europe/Amsterdam", digest: "weekly" } },
];

/** A value's bytes, and the type that says what they are. */
export function storedForm({ value, contentType }: SeedValue): {
  value: Uint8Array<ArrayBuffer>;
  contentType: string;
} {
  if (value instanceof Uint8Array)
    return { value: new Uint8Array(value), contentType: contentType ?? "application/octet-stream" };
  const isText = typeof value === "string" && contentType !== undefined;
  return {
    value: new TextEncoder().encode(isText ? value : JSON.stringify(value)),
    contentType: contentType ?? "application/json",
  };
}
