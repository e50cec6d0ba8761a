import path from "node:path";
import { finishLater } from "@/lib/accounts/later";
import { startSigningHeads, stopSigningHeads } from "@/lib/audit/sign-heads";
import { openBus } from "@/lib/bus/open";
import { bus, useBus } from "@/lib/bus/bus";
import { closeDatabase, openDatabase } from "@/lib/db/open";
import type { Environment } from "@/lib/env";
import { stopFailures } from "@/lib/events/failures/note";
import type { RecordingOptions } from "@/lib/events/recording/recorder";
import { startRecording, stopRecording } from "@/lib/events/recording/start";
import { startExpiryWarnings, stopExpiryWarnings } from "@/lib/keys/expiry/schedule";
import { closeHashPool } from "@/lib/keys/hashing/hash-pool";
import { closeSharedLimiter } from "@/lib/limits/redis/shared-limiter";
import { startNode, stopNode } from "@/lib/nodes/report";
import { processState } from "@/lib/process/state";
import { closeRedis } from "@/lib/redis/client";
import { startSinks, stopSinks } from "@/lib/sinks/delivery/schedule";
import { startKeyWatch, stopKeyWatch } from "@/lib/usage/flags/schedule";
import { startFirstRebuild, stopFirstRebuild } from "@/lib/usage/rebuild/first-rebuild";
import { startWebhooks, stopWebhooks } from "@/lib/webhooks/delivery/schedule";

const state = processState<{ opening: Promise<void> | null }>("open-state", () => ({ opening: null }));

/** Opens database, bus and recorder once per process, whoever asks first: `server.ts` or Next's own server. */
export function openState(env: Environment, loadsIn: RecordingOptions["loadsIn"]): Promise<void> {
  return (state.opening ??= open(env, loadsIn));
}

async function open(env: Environment, loadsIn: RecordingOptions["loadsIn"]): Promise<void> {
  const { url, installation } = await openDatabase(env);
  useBus(await openBus(env));
  startRecording({
    root: path.join(path.resolve(env.DATA_DIR), "spool", installation),
    databaseUrl: url,
    loadsIn,
    bytesMax: env.SPOOL_MEGABYTES * 1024 * 1024,
    whenFull: env.LATCHKEY_SPOOL_FULL,
  });
  await startNode();
  startExpiryWarnings();
  startSinks();
  startWebhooks();
  startSigningHeads();
  startKeyWatch();
  startFirstRebuild();
}

/** Writes what is still in memory, then closes everything that {@link openState} opened. */
export async function closeState(): Promise<void> {
  if (state.opening === null) return;
  await state.opening;
  await finishLater();
  await stopFailures();
  await stopExpiryWarnings();
  await stopSinks();
  await stopWebhooks();
  await stopSigningHeads();
  await stopKeyWatch();
  await stopFirstRebuild();
  await stopRecording();
  await stopNode();
  await bus().close();
  closeSharedLimiter();
  closeRedis();
  await closeHashPool();
  await closeDatabase();
  state.opening = null;
}
