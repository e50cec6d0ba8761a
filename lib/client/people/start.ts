import { z } from "zod";
import { request } from "@/lib/client/request/request";
import { Service } from "@/lib/services/schema";

const PreparedStart = z.object({ service: Service, gatewayUrl: z.string() });
export type PreparedStart = z.output<typeof PreparedStart>;

/** Makes sure that the workspace has an echo service to call first, and says where the gateway is. Repeating changes nothing. */
export function prepareStart(): Promise<PreparedStart> {
  return request(PreparedStart, { method: "POST", path: "/account/start" });
}
