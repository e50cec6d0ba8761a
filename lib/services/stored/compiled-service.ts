import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import {
  defaultPaths,
  ForwardAuth,
  Service,
  ServicePaths,
  type CompiledService,
} from "@/lib/services/schema";

const columns = Service.pick({
  id: true,
  slug: true,
  name: true,
  upstream: true,
  visibility: true,
  defaultVerdict: true,
  connectTimeoutMs: true,
  responseTimeoutMs: true,
  methods: true,
  requiredScopes: true,
  injection: true,
});

/** The columns of a service that a ruleset's snapshot needs. */
export const StoredService = columns.extend({
  // Stored as given; what is left out has its default.
  paths: ServicePaths,
  forwardAuth: ForwardAuth,
  injectionSecret: z.string().nullable().describe("base64"),
});

const nothingAsked: readonly never[] = [];

/** A stored service as the gateway uses it. */
export function compiledService({
  injection: how,
  injectionSecret,
  ...stored
}: z.output<typeof StoredService>): CompiledService {
  const { origin, pathname } = new URL(stored.upstream);
  const injection =
    how === null || injectionSecret === null ? null : { how, sealed: Buffer.from(injectionSecret, "base64") };
  return {
    ...stored,
    // One for all services: every call looks at these, and what is looked at often should be near.
    methods: stored.methods.length === 0 ? nothingAsked : stored.methods,
    requiredScopes: stored.requiredScopes.length === 0 ? nothingAsked : stored.requiredScopes,
    paths: isDeepStrictEqual(stored.paths, defaultPaths) ? defaultPaths : stored.paths,
    injection,
    upstream: { origin, path: pathname.replace(/\/+$/, "") },
  };
}
