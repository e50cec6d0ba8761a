import { toBinary, type DescFile, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ReflectionService } from "@grpc/reflection";
import { service as healthService } from "grpc-health-check";
import { file_google_rpc_error_details } from "@/lib/grpc/generated/google/rpc/error_details_pb";
import { file_google_rpc_status } from "@/lib/grpc/generated/google/rpc/status_pb";

/** The standard reflection service (v1 and v1alpha) over our services, health, and the messages of error details. */
export function reflectionOf(services: readonly DescService[]): ReflectionService {
  const roots = [...services.map(({ file }) => file), file_google_rpc_status, file_google_rpc_error_details];
  const files = new Set(roots.flatMap(withDependencies));
  const ours = [...files].map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
  return new ReflectionService({ files: described(ours), health: healthService });
}

function withDependencies(file: DescFile): DescFile[] {
  return [...file.dependencies.flatMap(withDependencies), file];
}

/** Only the files of a definition are read. */
function described(fileDescriptorProtos: Buffer[]) {
  return { format: "Protocol Buffer 3 EnumDescriptorProto" as const, type: {}, fileDescriptorProtos };
}
