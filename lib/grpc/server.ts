import { Server, type ServerCredentials } from "@grpc/grpc-js";
import { apiBodyBytesMax } from "@/lib/api/read-body";
import { definitionOf } from "@/lib/grpc/calls/definition";
import { customerService } from "@/lib/grpc/customer-service";
import { CustomerService } from "@/lib/grpc/generated/latchkey/v1/customer_service_pb";
import { KeyService } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { UsageService } from "@/lib/grpc/generated/latchkey/v1/usage_service_pb";
import { addHealth } from "@/lib/grpc/health";
import { keyService } from "@/lib/grpc/key-service";
import { reflectionOf } from "@/lib/grpc/reflection";
import { standingStreams } from "@/lib/grpc/standing-streams";
import { usageService } from "@/lib/grpc/usage-service";

/** How a gRPC server is opened. */
export interface GrpcOptions {
  host: string;
  /** 0 for any that is free. */
  port: number;
  credentials: ServerCredentials;
  /** Whether the process can do its work, for the health service. */
  isReady: () => Promise<boolean>;
  /** How often that is looked at; 5 s where it is left out. */
  lookEveryMs?: number;
}

/** An open gRPC server. */
export interface RunningGrpc {
  port: number;
  /** Lets open calls end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

const services = [
  { desc: KeyService, implementation: keyService },
  { desc: CustomerService, implementation: customerService },
  { desc: UsageService, implementation: usageService },
];

/** Opens the gRPC API: our services, and the standard health and reflection services, which need no credential. */
export async function startGrpc(options: GrpcOptions): Promise<RunningGrpc> {
  const server = new Server({
    "grpc.max_receive_message_length": apiBodyBytesMax,
    "grpc.max_concurrent_streams": 1_000,
    "grpc.max_connection_idle_ms": 600_000,
    "grpc.keepalive_time_ms": 60_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.enable_channelz": 0,
  });
  for (const { desc, implementation } of services) server.addService(definitionOf(desc), implementation);
  const standing = standingStreams(server);
  const { isReady, lookEveryMs = 5_000 } = options;
  const names = services.map(({ desc }) => desc.typeName);
  const health = addHealth(standing, { names, isReady, lookEveryMs });
  reflectionOf(services.map(({ desc }) => desc)).addToServer(standing);
  const port = await bind(server, options);
  return {
    port,
    close: (graceMs) => {
      health.close();
      standing.end();
      return stop(server, { address: addressOf(options.host, port), graceMs });
    },
  };
}

function bind(server: Server, { host, port, credentials }: GrpcOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(addressOf(host, port), credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

/** Draining cuts what is left when the time is over; forceShutdown() does not, since it knows of no session without channelz. */
function stop(server: Server, { address, graceMs }: { address: string; graceMs: number }): Promise<void> {
  server.drain(address, graceMs);
  return new Promise((resolve) => server.tryShutdown(() => resolve()));
}

function addressOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
