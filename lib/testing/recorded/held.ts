import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { expect } from "vitest";

/** A text as itself, as hex, and as base64 at any of its three alignments. */
function spellings(text: string): string[] {
  const aligned = ["", "x", "xx"].map((before) =>
    Buffer.from(before + text)
      .toString("base64")
      .slice(before === "" ? 0 : 4, -4),
  );
  return [text, Buffer.from(text).toString("hex"), ...aligned];
}

/** Whether `text` holds one of `wanted`, however spelled. */
export function holdsAny(text: string, wanted: readonly string[]): boolean {
  return wanted.flatMap(spellings).some((spelling) => text.includes(spelling));
}

/** Tables of the whole database with a row that holds one, in whatever column, bytes as hex. */
export async function tablesHolding(databaseUrl: string, wanted: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    expect(rows.length).toBeGreaterThan(30);
    const holding: string[] = [];
    for (const { name } of rows) {
      const found = await client.query(
        `select 1 from ${name} as stored where exists (select 1 from unnest($1::text[]) as wanted where position(wanted in stored::text) > 0) limit 1`,
        [wanted.flatMap(spellings)],
      );
      if (found.rows.length > 0) holding.push(name);
    }
    return holding;
  } finally {
    await client.end();
  }
}

/** Files under a directory that hold one: the spool, the database's own files, everything. */
export function filesHolding(directory: string, wanted: readonly string[]): string[] {
  const spelled = wanted.flatMap(spellings);
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return spelled.some((spelling) => bytes.includes(spelling));
    });
}
