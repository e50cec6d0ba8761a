import { canonicalPath, type CanonicalRequest, type RefusalCode } from "@/lib/gateway/canonical";
import type { ServicePaths } from "@/lib/services/schema";

/** The part of a canonical request that a service's own path policy may change. */
export type Served = Pick<CanonicalRequest, "path" | "segments" | "forwardPath" | "rewritten">;

/**
 * A canonical request as its service takes it: what the upstream gets is in `forwardPath`, and in `rewritten` how that
 * reads, where the service rewrites. Refused: a slash at the end where that is strict, a path without the prefix that
 * is to be taken off, and a rewritten path that is not canonical itself.
 */
export function servedPath<Request extends Served>(
  request: Request,
  paths: ServicePaths,
): Request | { refused: RefusalCode } {
  const { trailingSlash, stripPrefix, addPrefix } = paths;
  if (trailingSlash === "ignore" && stripPrefix === "" && addPrefix === "") return request;
  if (trailingSlash === "strict" && request.path !== "/" && request.path.endsWith("/"))
    return { refused: "TRAILING_SLASH" };
  const stripped = withoutPrefix(request, paths);
  if (stripped === null) return { refused: "OUTSIDE_PREFIX" };
  // A root has one spelling where slashes are strict; behind a base path the other one would be its trailing slash.
  const rest = trailingSlash === "strict" && stripped === "/" ? "" : stripped;
  const forwardPath = `${addPrefix}${rest}`;
  if (stripPrefix === "" && addPrefix === "") return { ...request, forwardPath };
  const reread = canonicalPath(`/workspace/service${forwardPath}`);
  if (typeof reread === "string") return { refused: reread };
  const { path, segments } = reread;
  return { ...request, forwardPath: reread.forwardPath, rewritten: { path, segments } };
}

/** What is forwarded once the prefix is taken off: whole segments, compared decoded; null where it is not there. */
function withoutPrefix({ segments, forwardPath }: Served, paths: ServicePaths): string | null {
  const folded = (text: string | undefined) => (paths.caseSensitive ? text : text?.toLowerCase());
  const wanted = paths.stripPrefix.split("/").slice(1);
  if (wanted.some((part, at) => folded(segments[at]) !== folded(part))) return null;
  const rest = forwardPath.split("/").slice(wanted.length + 1);
  return rest.length === 0 ? "" : `/${rest.join("/")}`;
}
