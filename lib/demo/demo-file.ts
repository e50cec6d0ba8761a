import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** `DATA_DIR/demo.json`: everything that a script needs to use the demo. Addresses are origins on 127.0.0.1. */
export const DemoFile = z.object({
  portal: z.url(),
  api: z.url(),
  gateway: z.url(),
  grpc: z.url(),
  login: z.object({ email: z.string(), password: z.string() }),
  customerLogin: z
    .object({ email: z.string(), password: z.string(), customer: z.string() })
    .nullable()
    .describe("Someone of a customer, who sees what is that customer's"),
  adminKey: z.string(),
  keys: z.record(z.string(), z.string()),
  issuer: z
    .object({
      iss: z.string(),
      audience: z.string(),
      signingKey: z.record(z.string(), z.string()).describe("Private JWK that signs for ES256"),
      token: z.string().describe("A JWT of it that the gateway takes, good for a day from the start"),
    })
    .describe("The issuer that acme trusts"),
  invoicesPort: z.number().int().describe("Where the sample invoices API listens"),
});
export type DemoFile = z.output<typeof DemoFile>;

/** The file of an earlier start, or null. */
export function readDemoFile(dataDirectory: string): DemoFile | null {
  try {
    return DemoFile.parse(JSON.parse(readFileSync(demoPath(dataDirectory), "utf8")));
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a reader never sees half of it; readable by its owner only. */
export function writeDemoFile(dataDirectory: string, demo: DemoFile): void {
  const file = demoPath(dataDirectory);
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function demoPath(dataDirectory: string): string {
  return path.join(dataDirectory, "demo.json");
}
