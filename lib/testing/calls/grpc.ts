import { fromBinary, toBinary, type DescMethod, type JsonObject } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Client, credentials, Metadata, status, type CallOptions, type ServiceError } from "@grpc/grpc-js";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
  type BadRequest,
  type ErrorInfo,
  type RetryInfo,
} from "@/lib/grpc/generated/google/rpc/error_details_pb";
import { StatusSchema } from "@/lib/grpc/generated/google/rpc/status_pb";
import { fromHttpJson, toHttpJson } from "@/lib/grpc/messages/http-json";

/** What came back of a unary call. */
export interface GrpcAnswer {
  /** Name of the gRPC code, `OK` for an answer. */
  code: string;
  /** The sentence of a refusal. */
  words: string;
  /** The answer in HTTP's JSON, which leaves out what is unset. */
  body: JsonObject;
  /** Details of a refusal. */
  info: ErrorInfo | undefined;
  badRequest: BadRequest | undefined;
  retry: RetryInfo | undefined;
  /** Initial metadata, or a refusal's. */
  metadata: Metadata;
}

/** One call: its request in HTTP's JSON or as bytes, the metadata it carries, and grpc-js's own options. */
export interface GrpcCall {
  method: DescMethod;
  request?: JsonObject | Uint8Array;
  headers?: Headers;
  options?: CallOptions;
}

/** Metadata to send; names that end with `-bin` hold bytes. */
type Headers = Record<string, string | Buffer>;

/** Calls the gRPC API at `host:port` as a program would. Close it, or the test process stays. */
export function grpcClient(address: string, channel = credentials.createInsecure()) {
  const client = new Client(address, channel);
  return {
    raw: client,
    call: ({ method, request = {}, headers = {}, options = {} }: GrpcCall): Promise<GrpcAnswer> => {
      const sent =
        request instanceof Uint8Array ? request : toBinary(method.input, fromHttpJson(method.input, request));
      return new Promise((resolve) => {
        let initial = new Metadata();
        const call = client.makeUnaryRequest(
          `/${method.parent.typeName}/${method.name}`,
          (bytes: Uint8Array) => Buffer.from(bytes),
          (bytes: Buffer) => bytes,
          sent,
          metadataOf(headers),
          options,
          (error, bytes) => {
            if (error !== null) return resolve(refusalOf(error));
            const body = toHttpJson(method.output, fromBinary(method.output, bytes ?? new Uint8Array()));
            resolve({ ...nothing, code: "OK", body, metadata: initial });
          },
        );
        call.on("metadata", (metadata: Metadata) => (initial = metadata));
      });
    },
    /** All messages of a server stream as one body: `{ parts: […] }`. */
    collect: ({ method, request = {}, headers = {}, options = {} }: GrpcCall): Promise<GrpcAnswer> =>
      new Promise((resolve) => {
        const call = client.makeServerStreamRequest(
          `/${method.parent.typeName}/${method.name}`,
          (bytes: Uint8Array) => Buffer.from(bytes),
          (bytes: Buffer) => toHttpJson(method.output, fromBinary(method.output, bytes)),
          request instanceof Uint8Array
            ? request
            : toBinary(method.input, fromHttpJson(method.input, request)),
          metadataOf(headers),
          options,
        );
        const parts: JsonObject[] = [];
        let metadata = new Metadata();
        call.on("metadata", (initial: Metadata) => (metadata = initial));
        call.on("data", (part: JsonObject) => parts.push(part));
        call.on("error", (error: ServiceError) => resolve(refusalOf(error)));
        call.on("end", () => resolve({ ...nothing, code: "OK", body: { parts }, metadata }));
      }),
    close: () => client.close(),
  };
}

/** Headers as metadata. */
export function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.add(name, value);
  return metadata;
}

const nothing = { words: "", body: {}, info: undefined, badRequest: undefined, retry: undefined };

/** A refusal with its details, which must say the same code and sentence as the status. */
function refusalOf({ code, details: words, metadata }: ServiceError): GrpcAnswer {
  const [binary] = metadata.get("grpc-status-details-bin");
  const refusal = { ...nothing, code: status[code], words, metadata };
  if (!Buffer.isBuffer(binary)) return refusal;
  const rich = fromBinary(StatusSchema, binary);
  if (rich.code !== code || rich.message !== words) throw new Error("the details tell another status");
  const [info] = rich.details.flatMap((any) => anyUnpack(any, ErrorInfoSchema) ?? []);
  const [badRequest] = rich.details.flatMap((any) => anyUnpack(any, BadRequestSchema) ?? []);
  const [retry] = rich.details.flatMap((any) => anyUnpack(any, RetryInfoSchema) ?? []);
  return { ...refusal, info, badRequest, retry };
}
