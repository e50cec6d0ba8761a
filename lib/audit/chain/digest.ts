import { createHash } from "node:crypto";
import { canonicalJson } from "@/lib/audit/chain/canonical";

/** What of an audit entry its digest covers, under the names that the digest uses. */
export interface EntryContent {
  workspace: string;
  id: string;
  /** RFC 3339 UTC with milliseconds. */
  at: string;
  actor: unknown;
  action: string;
  subject: string | null;
  detail: unknown;
  address: string | null;
  count: number;
}

/** SHA-256 of UTF-8 text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** SHA-256 of an entry as canonical JSON, in hexadecimal. */
export function digestOf(content: EntryContent): string {
  const { workspace, id, at, actor, action, subject, detail, address, count } = content;
  return sha256(canonicalJson({ workspace, id, at, actor, action, subject, detail, address, count }));
}
