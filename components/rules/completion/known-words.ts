import type { Spot } from "@/components/rules/json/scan";

/** A name or value that fits a place where the schema takes any. */
export interface KnownWord {
  value: string;
  detail?: string;
}

type Path = Spot["path"];

const words = (detail: string, names: string): KnownWord[] =>
  names.split(" ").map((value) => ({ value, detail }));

const headers = words(
  "header",
  "content-type accept user-agent origin referer x-request-id idempotency-key if-match accept-language x-forwarded-proto",
);
const claims: readonly KnownWord[] = [
  { value: "sub", detail: "whose token it is" },
  { value: "iss", detail: "who issued it" },
  { value: "aud", detail: "whom it is for" },
  { value: "azp", detail: "for which client" },
  { value: "client_id", detail: "for which client" },
  { value: "scope", detail: "granted, by blanks" },
  { value: "email", detail: "" },
  { value: "realm_access.roles", detail: "Keycloak's roles" },
];
const entity: readonly KnownWord[] = words("of the question", "type id properties.role");
const action: readonly KnownWord[] = words("of the question", "name properties.kind");
const mediaTypes = words(
  "media type",
  "application/json application/x-www-form-urlencoded multipart/form-data text/plain text/*",
);
const networks: readonly KnownWord[] = [
  { value: "10.0.0.0/8", detail: "private" },
  { value: "172.16.0.0/12", detail: "private" },
  { value: "192.168.0.0/16", detail: "private" },
  { value: "127.0.0.1", detail: "this machine" },
  { value: "::1", detail: "this machine" },
];
const keywords = words(
  "JSON Schema",
  "type properties required additionalProperties items enum const minimum maximum exclusiveMinimum exclusiveMaximum " +
    "minLength maxLength pattern format minItems maxItems uniqueItems contains anyOf oneOf allOf not if then else $defs $ref",
);
const types = words("JSON Schema", "object array string number integer boolean null");
const formats = words("JSON Schema", "date-time date email uuid uri ipv4 ipv6");

/** Members of a JSON Schema whose own keys are names that its author gives. */
const namesSchemas: ReadonlySet<unknown> = new Set([
  "properties",
  "$defs",
  "patternProperties",
  "dependentSchemas",
]);

/** What stands inside the innermost JSON Schema at a place, or null outside one. */
function insideSchema(path: Path): Path | null {
  if (path[0] !== "when" && path[0] !== "unless") return null;
  const at = path.indexOf("schema");
  return at < 0 ? null : path.slice(at + 1);
}

/** Keys that may be written into the object at `path` and that no schema lists. `metadata` names what keys have. */
export function knownKeys(path: Path, metadata: readonly string[]): readonly KnownWord[] {
  const schema = insideSchema(path);
  if (schema !== null) return namesSchemas.has(schema.at(-1)) ? [] : keywords;
  switch (path.at(-1)) {
    case "header":
    case "headers":
      return headers;
    case "token":
      return claims;
    case "subject":
    case "resource":
      return entity;
    case "action":
      return action;
    case "credential":
      return path[0] === "tests"
        ? []
        : metadata.map((name) => ({ value: `metadata.${name}`, detail: "of some keys" }));
    case "metadata":
      return metadata.map((value) => ({ value, detail: "of some keys" }));
    case undefined:
    default:
      return [];
  }
}

/** The last step of a path that is a name: items of a list stand for the list. */
function lastName(path: Path): string | undefined {
  return path.filter((step) => typeof step === "string").at(-1);
}

/** Values that fit the place at `path` and that no schema lists. `nowMs` makes the times that a rule may stop at. */
export function knownValues(path: Path, nowMs: number): readonly KnownWord[] {
  if (insideSchema(path) !== null) {
    const name = lastName(path);
    if (name === "type") return types;
    return name === "format" ? formats : [];
  }
  switch (lastName(path)) {
    case "mediaType":
    case "content-type":
      return mediaTypes;
    case "cidr":
    case "ip":
      return networks;
    case "expiresAt":
      return [7, 30, 90, 365].map((days) => ({
        value: new Date(nowMs + days * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z"),
        detail: `in ${days} d`,
      }));
    case undefined:
    default:
      return [];
  }
}
