import type { Environment } from "@/lib/env";
import { closeFanOut } from "@/lib/events/fan-out";
import { reserveOwnPort } from "@/lib/gateway/upstream/connection/private-address";
import { log } from "@/lib/log";
import { closeLineFeeds } from "@/lib/logs/stream/line-feed";
import { startGatewayListener } from "@/lib/process/listeners/gateway-listener";
import { startGrpcListener } from "@/lib/process/listeners/grpc-listener";
import type { Listener } from "@/lib/process/listeners/listener";
import { closeState, openState } from "@/lib/process/open-state";
import { startPortalListener } from "@/lib/process/listeners/portal-listener";

/** A started Latchkey process. */
export interface RunningProcess {
  /** Lets open requests finish, writes every record, closes state, then ends the process. */
  stop(why: string): Promise<void>;
}

/** Opens state and every listener that LISTEN names. */
export async function startProcess(env: Environment): Promise<RunningProcess> {
  await openState(env, "own-thread");
  const listeners: Listener[] = [];
  if (env.LISTEN.includes("gateway")) listeners.push(await startGatewayListener(env));
  if (env.LISTEN.includes("portal") || env.LISTEN.includes("api"))
    listeners.push(await startPortalListener(env));
  if (env.LISTEN.includes("grpc")) listeners.push(await startGrpcListener(env));
  for (const { name, port } of listeners) {
    // No upstream may lead back into this process, whatever PRIVATE_ADDRESSES lists.
    reserveOwnPort(port);
    log.info({ port }, `${name} listens`);
  }
  return { stop: stopOnce(listeners, env.SHUTDOWN_SECONDS * 1000) };
}

function stopOnce(listeners: readonly Listener[], graceMs: number) {
  let stopping: Promise<void> | null = null;
  return (why: string) => (stopping ??= stop(listeners, { graceMs, why }));
}

async function stop(
  listeners: readonly Listener[],
  { graceMs, why }: { graceMs: number; why: string },
): Promise<void> {
  log.info({ why }, "stopping");
  closeFanOut();
  closeLineFeeds();
  await Promise.all(listeners.map((listener) => listener.close(graceMs)));
  await closeState();
  log.info("stopped");
  process.exit(0);
}
