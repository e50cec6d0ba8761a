import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { subkey, subkeys, useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, db, disconnectDatabase } from "@/lib/db/client";
import { openEmbedded, type EmbeddedDatabase } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { resealStored } from "@/lib/db/reseal-stored";
import type { Environment } from "@/lib/env";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { StartRefused } from "@/lib/process/start-refused";

/** LATCHKEY_SECRET does not fit the database. */
export class WrongSecret extends StartRefused {}

const state = processState<{ embedded: EmbeddedDatabase | null }>("open-database", () => ({
  embedded: null,
}));

/** Where the database is, and what tells it from others. */
export interface OpenedDatabase {
  url: string;
  installation: string;
}

/** Opens the truth: embedded or PostgreSQL, migrated, with the secret that its rows were made under. */
export async function openDatabase(env: Environment): Promise<OpenedDatabase> {
  const directory = path.resolve(env.DATA_DIR);
  if (env.DATABASE_URL === undefined) state.embedded = await openEmbedded(directory);
  const url = env.DATABASE_URL ?? state.embedded?.url ?? "";
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ applied }, "migrations applied");
  connectDatabase(url);
  useSecrets({
    current: env.LATCHKEY_SECRET ?? generatedSecret(directory),
    previous: env.LATCHKEY_SECRET_PREVIOUS,
  });
  await checkFingerprint();
  if (env.LATCHKEY_SECRET_PREVIOUS.length > 0) await resealStored();
  return { url, installation: await installationId() };
}

/** A name that this database has for good, made by whichever node comes first. */
async function installationId(): Promise<string> {
  const name = "id";
  const made = { name, value: randomBytes(8).toString("hex") };
  await db().installation.createMany({ data: [made], skipDuplicates: true });
  return (await db().installation.findUniqueOrThrow({ where: { name } })).value;
}

/** Ends connections, then the embedded database. Safe to call twice. */
export async function closeDatabase(): Promise<void> {
  await disconnectDatabase();
  const { embedded } = state;
  state.embedded = null;
  await embedded?.close();
}

/** On the embedded default the secret is made once and kept beside the database, readable by its owner only. */
function generatedSecret(directory: string): string {
  const file = path.join(directory, "secret");
  if (!existsSync(file))
    writeFileSync(file, randomBytes(48).toString("base64url"), { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8").trim();
}

/** The database keeps the fingerprint of its secret; a start whose secrets match none is refused. */
async function checkFingerprint(): Promise<void> {
  const current = fingerprint(subkey("fingerprint"));
  const name = "secret-fingerprint";
  // Nodes that start together on a new database all try; the first one's fingerprint stays.
  await db().installation.createMany({ data: [{ name, value: current }], skipDuplicates: true });
  const kept = await db().installation.findUniqueOrThrow({ where: { name } });
  if (kept.value === current) return;
  if (!subkeys("fingerprint").map(fingerprint).includes(kept.value))
    throw new WrongSecret(
      "LATCHKEY_SECRET is not the one this database was made with. Set it back, or name the old one in LATCHKEY_SECRET_PREVIOUS.",
    );
  await db().installation.update({ where: { name }, data: { value: current } });
}

function fingerprint(key: Buffer): string {
  return createHmac("sha256", key).update("latchkey fingerprint").digest("hex");
}
