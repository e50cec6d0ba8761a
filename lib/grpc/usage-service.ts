import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { serverStream } from "@/lib/grpc/calls/server-stream";
import { unary } from "@/lib/grpc/calls/unary";
import { UsageService } from "@/lib/grpc/generated/latchkey/v1/usage_service_pb";
import { parsed } from "@/lib/grpc/messages/parsed";
import { exportPages } from "@/lib/usage/export/export-usage";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { UsageExport, UsageQuestion } from "@/lib/usage/question";

const { method } = UsageService;
const Lines = UsageExport.omit({ format: true });

/** `latchkey.v1.UsageService`: each call is the operation that HTTP calls, with the schema that HTTP validates with. */
export const usageService: UntypedServiceImplementation = {
  getUsage: unary(method.getUsage, ({ actor, input }) => groupUsage(actor, parsed(UsageQuestion, input))),
  exportUsage: serverStream(method.exportUsage, async function* ({ actor, input }) {
    const { pages } = await exportPages(actor, parsed(Lines, input));
    for await (const lines of pages) yield { lines };
  }),
};
