import { create, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { anyPack, type Any } from "@bufbuild/protobuf/wkt";
import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { problemTable, type FieldError, type Problem } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problems/problem-response";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RequestInfoSchema,
  RetryInfoSchema,
} from "@/lib/grpc/generated/google/rpc/error_details_pb";
import { StatusSchema } from "@/lib/grpc/generated/google/rpc/status_pb";

/** Who defines the reasons of our errors. */
const domain = "latchkey";

/** Details travel as metadata, of which common clients take 8 KiB; what is said of fields takes this much of it. */
const fieldTextBytesMax = 3_000;
const memberLengthMax = 200;

/**
 * Any failure as a gRPC status: the code of the one problem table, its sentence, and in `grpc-status-details-bin` what
 * the problem document of HTTP says (ErrorInfo, RequestInfo, BadRequest, RetryInfo).
 */
export function statusOf(
  error: unknown,
  { requestId, metadata = new Metadata() }: { requestId: string; metadata?: Metadata },
): StatusObject {
  const problem = asProblem(error, requestId);
  const code = status[problemTable[problem.kind].grpc];
  const details = detailsOf(problem, requestId);
  const rich = create(StatusSchema, { code, message: problem.message, details });
  metadata.set("grpc-status-details-bin", Buffer.from(toBinary(StatusSchema, rich)));
  metadata.set("x-request-id", requestId);
  return { code, details: problem.message, metadata };
}

function detailsOf({ kind, extra }: Problem, requestId: string): Any[] {
  const reason = kind.replaceAll("-", "_").toUpperCase();
  const members = Object.entries(extra.members ?? {}).filter(([, value]) => value !== undefined);
  const metadata = Object.fromEntries(members.map(([name, value]) => [name, memberText(value)]));
  const details = [
    pack(ErrorInfoSchema, { reason, domain, metadata: { type: `/docs/problems/${kind}`, ...metadata } }),
    pack(RequestInfoSchema, { requestId }),
  ];
  if (extra.errors !== undefined)
    details.push(pack(BadRequestSchema, { fieldViolations: violationsOf(extra.errors) }));
  if (extra.retryAfterSeconds !== undefined) {
    const seconds = BigInt(Math.max(1, Math.ceil(extra.retryAfterSeconds)));
    details.push(pack(RetryInfoSchema, { retryDelay: { seconds } }));
  }
  return details;
}

function pack<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): Any {
  return anyPack(schema, create(schema, init));
}

/** As many wrong places as fit, from the first on, and how many did not. */
function violationsOf(errors: readonly FieldError[]): { field: string; description: string }[] {
  let bytes = 0;
  const fitting = errors.filter(
    ({ path, message }) =>
      (bytes += Buffer.byteLength(path) + Buffer.byteLength(message) + 8) <= fieldTextBytesMax,
  );
  const shown = fitting.map(({ path, message }) => ({ field: path, description: message }));
  const left = errors.length - shown.length;
  return left === 0 ? shown : [...shown, { field: "", description: `and ${left} more` }];
}

function memberText(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, memberLengthMax);
}
