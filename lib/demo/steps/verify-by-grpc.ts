import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import type { DemoFile } from "@/lib/demo/demo-file";
import {
  KeyService,
  VerifyCode,
  VerifyKeyRequestSchema,
  VerifyKeyResponseSchema,
} from "@/lib/grpc/generated/latchkey/v1/key_service_pb";

const deadlineMs = 10_000;

/** Asks the demo's gRPC API whether a key is good for scopes. Answers its code, or the gRPC code of a refusal. */
export function verifyByGrpc(demo: DemoFile, question: { key: string; scopes: string[] }): Promise<string> {
  const client = new Client(new URL(demo.grpc).host, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${demo.adminKey}`);
  return new Promise<string>((resolve) => {
    client.makeUnaryRequest(
      `/${KeyService.typeName}/${KeyService.method.verifyKey.name}`,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => fromBinary(VerifyKeyResponseSchema, bytes),
      toBinary(VerifyKeyRequestSchema, create(VerifyKeyRequestSchema, question)),
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, answer) => {
        if (error !== null) return resolve(`${status[error.code]}: ${error.details}`);
        resolve(VerifyCode[answer?.code ?? VerifyCode.UNSPECIFIED]);
      },
    );
  }).finally(() => client.close());
}
