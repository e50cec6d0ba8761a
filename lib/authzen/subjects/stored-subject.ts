import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { readStoredSecret, type StoredSecret } from "@/lib/keys/authentication/stored-secret";
import { log } from "@/lib/log";

/** A customer as far as rules may know it. */
export interface SubjectCustomer {
  id: string;
  externalId: string;
  name: string;
  metadata: JsonObject;
  disabled: boolean;
}

/** What the database has under a subject's id at one moment; nothing at all for an unknown one. */
export interface StoredSubject {
  /** Keys of that id or external id that are not revoked, or revoked ones where there are no others; newest first. */
  keys: readonly StoredSecret[];
  /** The customer of that external id. Not looked for where a key has the id itself. */
  customer: SubjectCustomer | null;
  /** There may be more such keys than were looked at. */
  isCut?: boolean;
}

/** Keys with the same external id that are looked at. */
const keysMax = 20;

const keyStatement = `
  select s.id as secret_id, k.id = $2 as by_id, k.revoked_at is not null as revoked
    from api_key k
    join lateral (select id from secret where workspace_id = k.workspace_id and key_id = k.id
                   order by created_at desc limit 1) s on true
   where k.workspace_id = $1 and (k.id = $2 or k.external_id = $2)
   order by by_id desc, revoked, k.created_at desc
   limit ${keysMax}`;

const KeyRow = z.object({ secret_id: z.string(), by_id: z.boolean(), revoked: z.boolean() });

const customerStatement = `
  select id, external_id as "externalId", name, metadata, disabled_at is not null as disabled
    from customer where workspace_id = $1 and external_id = $2`;

const CustomerRow = z.object({
  id: z.string(),
  externalId: z.string(),
  name: z.string(),
  metadata: JsonObject,
  disabled: z.boolean(),
});

/** Reads who a subject's id names in a workspace: a key by its id, else keys or the customer by external id. */
export async function readStoredSubject(workspaceId: string, id: string): Promise<StoredSubject> {
  const rows = (await ask(keyStatement, [workspaceId, id])).map((row) => KeyRow.parse(row));
  const [first] = rows;
  const meant = rows.filter((row) => row.by_id === first?.by_id && row.revoked === first.revoked);
  const keys = await readKeys(meant);
  if (first?.by_id === true) return { keys, customer: null };
  const [customer] = await ask(customerStatement, [workspaceId, id]);
  return {
    keys,
    customer: customer === undefined ? null : CustomerRow.parse(customer),
    isCut: rows.length === keysMax,
  };
}

async function readKeys(rows: readonly { secret_id: string }[]): Promise<StoredSecret[]> {
  const read = await Promise.all(rows.map(({ secret_id }) => readStoredSecret(secret_id)));
  return read.filter((stored) => stored !== null);
}

async function ask(statement: string, values: string[]): Promise<unknown[]> {
  try {
    return (await sql().query<Record<string, unknown>>(statement, values)).rows;
  } catch (error) {
    log.warn({ err: error }, "a subject could not be read");
    throw new Problem("unavailable", "The database cannot be asked right now.", { retryAfterSeconds: 1 });
  }
}
