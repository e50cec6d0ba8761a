import type { StoredEntry } from "@/lib/datastore/schema";

/** A row of `datastore_entry` without its value, as a statement answers it. */
export interface EntryRow {
  key: string;
  content_type: string;
  size: number;
  version: bigint;
  created_at: Date;
  updated_at: Date;
  expires_at: Date | null;
}

/** The strong validator of one write. */
export function etagOf(version: bigint): string {
  return `"${version}"`;
}

/** An entry as callers read it. */
export function presentEntry(row: EntryRow): StoredEntry {
  return {
    key: row.key,
    contentType: row.content_type,
    size: row.size,
    version: Number(row.version),
    etag: etagOf(row.version),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}
