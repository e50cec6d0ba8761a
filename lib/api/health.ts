import { bus } from "@/lib/bus/bus";
import { createRouter } from "@/lib/api/router";
import { sql } from "@/lib/db/client";
import { recordingHealth } from "@/lib/events/recording/health";
import { recordingRefusal } from "@/lib/events/recording/record";
import { limiterHealth } from "@/lib/limits/health";

/** `/healthz`: the process answers. `/readyz`: it can do its work, with what keeps it from it. */
export const healthRoutes = createRouter();

healthRoutes.get("/healthz", (c) => c.json({ status: "ok" }));

healthRoutes.get("/readyz", async (c) => {
  const database = await databaseAnswers();
  const recording = recordingHealth();
  const refusesCalls = recordingRefusal();
  const status = database && refusesCalls === null && recording.dropped === 0 ? "ready" : "not ready";
  return c.json(
    { status, database, bus: bus().healthy(), limiter: limiterHealth(), recording, refusesCalls },
    database && refusesCalls === null ? 200 : 503,
  );
});

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
