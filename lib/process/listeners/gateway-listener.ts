import type { Environment } from "@/lib/env";
import { ownPorts } from "@/lib/gateway/own-ports";
import { startGateway } from "@/lib/gateway/server";
import type { Listener } from "@/lib/process/listeners/listener";

/** GATEWAY_PORT, with the real rooms behind it. */
export async function startGatewayListener({ GATEWAY_PORT, HOST }: Environment): Promise<Listener> {
  const { port, close } = await startGateway({ port: GATEWAY_PORT, host: HOST, ports: ownPorts() });
  return { name: "gateway", port, close };
}
