import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { openEmbedded } from "@/lib/db/embedded/embedded";
import { diffMigrationsAndSchema } from "@/lib/db/migrations/schema-engine";

/** SQL that the schema file has and the migrations lack, or null; found on two throw-away embedded databases. */
export async function pendingSchemaChange(): Promise<string | null> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-diff-"));
  const main = await openEmbedded(path.join(directory, "main"));
  const shadow = await openEmbedded(path.join(directory, "shadow"));
  try {
    return await diffMigrationsAndSchema({ url: main.url, shadowUrl: shadow.url });
  } finally {
    await main.close();
    await shadow.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes `prisma/migrations/<time>_<name>/migration.sql` from the schema's change; null when there is none. */
export async function writeMigration(name: string, now = new Date()): Promise<string | null> {
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error("A migration's name is lower-case letters, digits and _");
  const script = await pendingSchemaChange();
  if (script === null) return null;
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const directory = path.join(process.cwd(), "prisma/migrations", `${stamp}_${name}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, "migration.sql"), script);
  return directory;
}
