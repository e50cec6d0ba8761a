import { Problem } from "@/lib/api/problem";

/** What a proxy asks about, as its configuration says it in the address that it asks. */
export interface Target {
  workspace: string;
  service: string;
  /** Whether refusals other than 401 are answered with 403, for proxies that take any other for a failure. */
  refusesWith403: boolean;
}

const slugPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A proxy asks the same address for ever. */
const known = new Map<string, Target>();
const knownMax = 1_000;

/** Reads `?workspace=…&service=…[&status=403]`. Throws `bad-request` for anything else. */
export function readTarget(url: string): Target {
  const found = known.get(url);
  if (found !== undefined) return found;
  const target = parseTarget(url);
  if (known.size >= knownMax) known.clear();
  known.set(url, target);
  return target;
}

function parseTarget(url: string): Target {
  const question = url.indexOf("?");
  const given = new URLSearchParams(question < 0 ? "" : url.slice(question + 1));
  const slug = (name: string) => {
    const value = only(given, name);
    if (value !== undefined && slugPattern.test(value)) return value;
    throw new Problem("bad-request", `The address must hold ?${name}= with the ${name}'s slug, once.`);
  };
  const [workspace, service] = [slug("workspace"), slug("service")];
  const unknown = [...given.keys()].find((name) => !["workspace", "service", "status"].includes(name));
  if (unknown !== undefined) throw new Problem("bad-request", `?${unknown}= is not known here.`);
  if (given.has("status") && only(given, "status") !== "403")
    throw new Problem("bad-request", "The one value of ?status= is 403.");
  return { workspace, service, refusesWith403: given.has("status") };
}

function only(given: URLSearchParams, name: string): string | undefined {
  const values = given.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
