import { inject } from "vitest";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";

/** Does `work` on a started server's own database, then goes back to the run's. */
export async function onDatabase<Made>(databaseUrl: string, work: () => Promise<Made>): Promise<Made> {
  await disconnectDatabase();
  connectDatabase(databaseUrl, 2);
  try {
    return await work();
  } finally {
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 5);
  }
}
