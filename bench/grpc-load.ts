import { create, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { Sample } from "@/bench/measure";
import { VerifyKeyRequestSchema } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";

const method = "/latchkey.v1.KeyService/VerifyKey";
const callers = 32;
const bytes = (message: Buffer) => message;

/** What to ask, and as whom. */
export interface GrpcLoad {
  /** `host:port` */
  address: string;
  caller: string;
  subject: string;
}

/** `VerifyKey` for some seconds over one connection, 32 calls at a time, from this process. */
export async function measureGrpc(load: GrpcLoad, seconds: number): Promise<Sample> {
  const client = new Client(load.address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${load.caller}`);
  const request = create(VerifyKeyRequestSchema, { key: load.subject, scopes: ["read:invoices"] });
  const message = Buffer.from(toBinary(VerifyKeyRequestSchema, request));
  const latencies: number[] = [];
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  const call = () =>
    new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(method, bytes, bytes, message, metadata, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let nowMs = performance.now(); nowMs < untilMs;) {
        await call();
        const endedMs = performance.now();
        latencies.push(endedMs - nowMs);
        nowMs = endedMs;
      }
    }),
  );
  client.close();
  latencies.sort((one, other) => one - other);
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  return {
    perSecond: latencies.length / elapsedSeconds,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
  };
}
