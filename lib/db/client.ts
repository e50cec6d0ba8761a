import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Problem } from "@/lib/api/problem";
import { PrismaClient } from "@/lib/db/generated/client";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

type Client = ReturnType<typeof createClient>;

/** A Prisma client inside an interactive transaction. */
export type Tx = Parameters<Parameters<Client["$transaction"]>[0]>[0];

interface Connection {
  prisma: Client;
  pool: pg.Pool;
}

const state = processState<{ connection: Connection | null }>("database", () => ({ connection: null }));

/** Connects this process to the database at `url`; called once at start. */
export function connectDatabase(url: string, connections = 10): void {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    options: "-c timezone=UTC",
  });
  // Also while one is in use: its statements fail by themselves, but an unheard error would end the process.
  pool.on("connect", (client) => client.on("error", noteLost));
  pool.on("error", noteLost);
  state.connection = { prisma: createClient(pool), pool };
}

function noteLost(error: Error): void {
  log.warn({ reason: error.message }, "a database connection was lost");
}

/** Hashes are left out of every read that does not ask for them. */
function createClient(pool: pg.Pool) {
  return new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    omit: { secret: { hash: true }, user: { passwordHash: true } },
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
}

/** Ends every connection of this process. */
export async function disconnectDatabase(): Promise<void> {
  const { connection } = state;
  state.connection = null;
  await connection?.prisma.$disconnect();
  await connection?.pool.end();
}

/** Prisma on this process's database. */
export function db(): Client {
  return connected().prisma;
}

/** The pool under {@link db}, for set-based statements. */
export function sql(): pg.Pool {
  return connected().pool;
}

function connected(): Connection {
  if (state.connection === null) throw new Error("connectDatabase() was not called at start");
  return state.connection;
}

/** Turns a unique violation into a `conflict` problem with `sentence`; everything else passes. */
export async function orConflict<T>(work: Promise<T>, sentence: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem("conflict", sentence);
    throw error;
  }
}

/** Prisma's P2002 or PostgreSQL's 23505. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "P2002" || error.code === "23505");
}
