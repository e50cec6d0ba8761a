import { isReady } from "@/lib/api/health/read-health";
import type { Environment } from "@/lib/env";
import { grpcCredentials } from "@/lib/grpc/credentials";
import { startGrpc } from "@/lib/grpc/server";
import type { Listener } from "@/lib/process/listeners/listener";

/** GRPC_PORT, with TLS where it is configured. */
export async function startGrpcListener(env: Environment): Promise<Listener> {
  const { GRPC_PORT, HOST } = env;
  const credentials = grpcCredentials(env);
  const { port, close } = await startGrpc({ port: GRPC_PORT, host: HOST, credentials, isReady });
  return { name: "grpc", port, close };
}
