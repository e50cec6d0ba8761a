import { bus } from "@/lib/bus/bus";
import { sql } from "@/lib/db/client";
import { env } from "@/lib/env";
import { recordingHealth, type RecordingHealth } from "@/lib/events/recording/health";
import { recordingRefusal } from "@/lib/events/recording/record";
import { limiterHealth } from "@/lib/limits/health";

/** How this process stands. */
export interface Health {
  database: boolean;
  bus: boolean;
  limiter: ReturnType<typeof limiterHealth>;
  recording: RecordingHealth;
  /** Bytes from which on the spool counts as full. */
  spoolBytesMax: number;
  /** Why calls are refused now, or null. */
  refusesCalls: string | null;
}

/** How this process stands now. Asks the database for a sign of life. */
export async function readHealth(): Promise<Health> {
  return {
    database: await databaseAnswers(),
    bus: bus().healthy(),
    limiter: limiterHealth(),
    recording: recordingHealth(),
    spoolBytesMax: env().SPOOL_MEGABYTES * 1_048_576,
    refusesCalls: recordingRefusal(),
  };
}

/** Whether `/readyz` would answer 200, for the health services of other listeners. */
export async function isReady(): Promise<boolean> {
  return recordingRefusal() === null && (await databaseAnswers());
}

async function databaseAnswers(): Promise<boolean> {
  try {
    await sql().query("SELECT 1");
    return true;
  } catch {
    return false;
  }
}
