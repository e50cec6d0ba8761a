import { createApiApp } from "@/lib/api/app";
import { env } from "@/lib/env";
import { openState } from "@/lib/process/open-state";

export const dynamic = "force-dynamic";

const app = createApiApp();

/** The same handlers as `server.ts`, for `next dev` and hosts that run Next alone; root paths arrive by rewrites. */
async function handle(request: Request): Promise<Response> {
  await openState(env(), "this-thread");
  const url = new URL(request.url);
  // A rewritten request keeps its own path here; one that came as /api/healthz means /healthz.
  if (url.pathname.startsWith("/api/v1") || !url.pathname.startsWith("/api/")) return app.fetch(request);
  url.pathname = url.pathname.slice("/api".length);
  return app.fetch(new Request(url, request));
}

export {
  handle as GET,
  handle as POST,
  handle as PUT,
  handle as PATCH,
  handle as DELETE,
  handle as HEAD,
  handle as OPTIONS,
};
