import type { CanonicalRequest } from "@/lib/gateway/canonical";

/** What existing hook.io clients may ask the gateway itself. */
export const endpoints = {
  "/keys/checkAccess": ["POST"],
  "/keys/create": ["POST"],
  "/keys/destroy": ["POST"],
  "/keys/all": ["GET", "POST"],
  "/datastore/set": ["POST"],
  "/datastore/get": ["GET", "POST"],
  "/datastore/del": ["POST"],
  "/datastore/recent": ["GET", "POST"],
  "/new": ["POST"],
  "/admin": ["POST"],
  "/{workspace}/events": ["GET", "POST"],
  "/{workspace}/{service}/logs": ["GET"],
  "/{workspace}/{service}/delete": ["POST"],
} as const satisfies Record<string, readonly string[]>;

export type Endpoint = keyof typeof endpoints;

/** Which of them a request means, and the names in its path; null for everything that is a service's own. */
export interface Meant {
  endpoint: Endpoint;
  workspace: string;
  service: string;
}

/** Finds out by the canonical path, so that every spelling of an address means the same. Pure. */
export function endpointOf({ method, workspace, service, segments }: CanonicalRequest): Meant | null {
  const endpoint = named({ method, workspace, service, segments });
  return endpoint === null ? null : { endpoint, workspace: workspace ?? "", service: service ?? "" };
}

function named(
  request: Pick<CanonicalRequest, "method" | "workspace" | "service" | "segments">,
): Endpoint | null {
  const { method, workspace, service, segments } = request;
  if (workspace === null) return null;
  if (segments.length === 0) {
    const whole = service === null ? `/${workspace}` : `/${workspace}/${service}`;
    if (isEndpoint(whole)) return whole;
    return service === "events" ? "/{workspace}/events" : null;
  }
  const [only] = segments;
  if (segments.length > 1 || service === null || (only !== "logs" && only !== "delete")) return null;
  // What a service has there itself for other methods stays its own.
  const endpoint = `/{workspace}/{service}/${only}` as const;
  return endpoints[endpoint].some((taken) => taken === method) ? endpoint : null;
}

function isEndpoint(path: string): path is Endpoint {
  return Object.hasOwn(endpoints, path) && !path.includes("{");
}
