import { GrantedScope } from "@/lib/scopes/schema";
import { isPart, type Part, partAt, resolved } from "@/lib/services/openapi/document";
import type { ImportNote } from "@/lib/services/openapi/schema";

/** What a note says, before it is known where. */
export type Remark = Omit<ImportNote, "at">;

/** Scopes that an operation needs, and how that differs from what the document says. */
export interface Needed {
  scopes: string[];
  remarks: Remark[];
}

/**
 * The scopes of an operation's `security`: a list of alternatives, each of schemes that must all be met.
 * Every caller must be let through by the document whom the import lets through. So where one alternative's scopes are
 * among those of every other, it is that one; else it is the scopes of all of them together, and an alternative without
 * scopes does not count beside others. Only `{}`, which asks for nothing in so many words, needs nothing.
 */
export function neededScopes(document: Part, security: unknown): Needed {
  if (security === undefined) return { scopes: [], remarks: [] };
  if (!Array.isArray(security) || !security.every(isPart))
    return {
      scopes: [],
      remarks: [{ effect: "weaker", message: "Its security is not a list of requirements." }],
    };
  const remarks: Remark[] = [];
  if (security.length > 1 && security.some((alternative) => Object.keys(alternative).length === 0))
    return { scopes: [], remarks: [{ effect: "none", message: "It may be called without a credential." }] };
  const alternatives = security.map((alternative) => scopesOf(document, alternative, remarks));
  return { scopes: together(alternatives, remarks), remarks };
}

function together(alternatives: readonly string[][], remarks: Remark[]): string[] {
  const scoped = alternatives.filter((scopes) => scopes.length > 0);
  if (scoped.length > 0 && scoped.length < alternatives.length)
    remarks.push({
      effect: "stricter",
      message: "An alternative without scopes, such as an API key, needs the scopes of the others too.",
    });
  const least = scoped.find((one) => scoped.every((other) => one.every((scope) => other.includes(scope))));
  if (least !== undefined || scoped.length === 0) return least ?? [];
  remarks.push({
    effect: "stricter",
    message: "Either of several lists of scopes would do; all of them are needed.",
  });
  return [...new Set(scoped.flat())].sort();
}

/** Scopes that one alternative needs. Those of a scheme that is not described are taken for scopes. */
function scopesOf(document: Part, alternative: Part, remarks: Remark[]): string[] {
  const schemes = partAt(partAt(document, "components"), "securitySchemes");
  const scopes = new Set<string>();
  for (const [name, listed] of Object.entries(alternative)) {
    const type = (Object.hasOwn(schemes, name) ? resolved(document, schemes[name]) : null)?.type;
    if (type === "apiKey" || type === "http" || type === "mutualTLS") {
      noteRoles(name, listed, remarks);
      continue;
    }
    if (type !== "oauth2" && type !== "openIdConnect")
      remarks.push({
        effect: "none",
        message: `The scheme ${name} is not described; what it lists is taken for scopes.`,
      });
    for (const scope of Array.isArray(listed) ? listed : []) addScope(scopes, scope, remarks);
  }
  return [...scopes].sort();
}

/** Since 3.1 such a scheme may list roles. They are no scopes, so what they ask for would be lost. */
function noteRoles(name: string, listed: unknown, remarks: Remark[]): void {
  if (Array.isArray(listed) && listed.length > 0)
    remarks.push({
      effect: "weaker",
      message: `The scheme ${name} lists roles, which are no scopes and are left out: ${listed.slice(0, 10).join(", ")}.`,
    });
}

function addScope(scopes: Set<string>, scope: unknown, remarks: Remark[]): void {
  const read = GrantedScope.safeParse(scope);
  if (read.success) scopes.add(read.data);
  else
    remarks.push({
      effect: "weaker",
      message: `The scope ${String(scope)} is left out: it ${read.error.issues[0]?.message ?? "is not a scope"}.`,
    });
}
