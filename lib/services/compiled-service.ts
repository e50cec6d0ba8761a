import type { z } from "zod";
import { Service, type CompiledService } from "@/lib/services/schema";

/** The columns of a service that a ruleset's snapshot needs. */
export const StoredService = Service.pick({
  id: true,
  slug: true,
  name: true,
  upstream: true,
  visibility: true,
  defaultVerdict: true,
  connectTimeoutMs: true,
  responseTimeoutMs: true,
});

/** A stored service as the gateway uses it. */
export function compiledService(stored: z.output<typeof StoredService>): CompiledService {
  const { origin, pathname } = new URL(stored.upstream);
  return { ...stored, upstream: { origin, path: pathname.replace(/\/+$/, "") } };
}
