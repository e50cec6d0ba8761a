import { toBinary, type DescFile, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ReflectionService } from "@grpc/reflection";
import { file_google_rpc_error_details } from "@/lib/grpc/generated/google/rpc/error_details_pb";
import { file_google_rpc_status } from "@/lib/grpc/generated/google/rpc/status_pb";
import { file_grpc_health_v1_health } from "@/lib/grpc/generated/grpc/health/v1/health_pb";

/** Spoken beside our own services: health, and the messages of error details. */
const standard = [file_grpc_health_v1_health, file_google_rpc_status, file_google_rpc_error_details];

/** The standard reflection service (v1 and v1alpha) over our services and what stands beside them. */
export function reflectionOf(services: readonly DescService[]): ReflectionService {
  const files = new Set([...services.map(({ file }) => file), ...standard].flatMap(withDependencies));
  const bytes = [...files].map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  return new ReflectionService({ files: described(bytes) });
}

function withDependencies(file: DescFile): DescFile[] {
  return [...file.dependencies.flatMap(withDependencies), file];
}

/** Only the files of a definition are read. */
function described(fileDescriptorProtos: Buffer[]) {
  return { format: "Protocol Buffer 3 EnumDescriptorProto" as const, type: {}, fileDescriptorProtos };
}
