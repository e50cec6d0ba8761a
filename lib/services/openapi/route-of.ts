import { isPart, type Part } from "@/lib/services/openapi/document";
import { templateErrors } from "@/lib/services/stored/required-routes";

/** A path of a document as a route; `wider` where it also stands for paths that the document's does not. */
export interface RouteOf {
  route: string;
  wider: boolean;
}

/** A templated path as a route, below `base`; null for what is no path. */
export function routeOf(path: string, base: string): RouteOf | null {
  if (!path.startsWith("/") || /[?#]/.test(path)) return null;
  const names = new Set<string>();
  let wider = false;
  const parts = `${base}${path}`.split("/").slice(1);
  if (parts.at(-1) === "") parts.pop();
  const segments: string[] = [];
  for (const part of parts) {
    const [, name] = /^\{([^{}]+)\}$/.exec(part) ?? [];
    const text = decoded(part);
    // No request has such a segment: an encoded slash is refused.
    if (text.includes("/")) return null;
    if (name !== undefined) segments.push(`{${freeName(name, names)}}`);
    else if (/[*{}]/.test(text)) {
      wider = true;
      segments.push("*");
    } else segments.push(text);
  }
  const route = `/${segments.join("/")}`;
  return templateErrors(route, "route").length > 0 ? null : { route, wider };
}

/** A parameter's name in letters, digits and underscores, used once in its route. */
function freeName(name: string, taken: Set<string>): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");
  let free = plain;
  for (let count = 2; taken.has(free); count++) free = `${plain}_${count}`;
  taken.add(free);
  return free;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The paths before those of the document, one for each that its servers have; null for one that cannot be read. */
export function basePaths(servers: unknown): (string | null)[] {
  if (!Array.isArray(servers) || servers.length === 0) return [""];
  return [...new Set(servers.map((server) => (isPart(server) ? basePath(server) : null)))];
}

function basePath({ url, variables }: Part): string | null {
  if (typeof url !== "string") return null;
  const filled = url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = isPart(variables) ? variables[name] : undefined;
    return isPart(variable) && typeof variable.default === "string" ? variable.default : whole;
  });
  const parsed = URL.parse(filled, "http://server.invalid");
  if (parsed === null || /%7b|%7d|[{}]/i.test(parsed.pathname)) return null;
  return parsed.pathname.replace(/\/+$/, "");
}
