import { z } from "zod";
import { canonicalScope, everyPlatformScope, isInCatalogue, isPlatformScope } from "@/lib/scopes/catalogue";
import { PageQuery, pageOf } from "@/lib/lists/schema";

/** Most scopes that one key, role or ceiling may name. */
export const scopesMax = 100;

/** Most roles that one key may have. */
export const rolesMax = 50;

/** Most scopes that a workspace may define. */
export const definedScopesMax = 1_000;

const form = /^([a-z0-9][a-z0-9._-]*|\*):([a-z0-9][a-z0-9._-]*|\*)$/;

/** `verb:resource`, each of lower-case letters, digits, `-`, `_` or `.`; `*` may stand for a whole half. */
export const Scope = z
  .string()
  .max(100)
  .regex(form, "must be verb:resource, such as read:invoices")
  .describe("A scope such as `read:invoices`");
export type Scope = z.output<typeof Scope>;

/** A scope as a caller writes it: `datastore::set` is read as `set:datastore`. */
export const WrittenScope = z.string().max(100).transform(canonicalScope).pipe(Scope);

/** A scope that somebody may hold: a reserved name must be in the catalogue. */
export const GrantedScope = WrittenScope.refine(
  (scope) => !isPlatformScope(scope) || scope === everyPlatformScope || isInCatalogue(scope),
  "is reserved, and no platform scope has that name",
);

/** The scopes of a key, a role or a customer's ceiling: at most 100, sorted, without doubles. */
export const GrantedScopes = z
  .array(GrantedScope)
  .max(scopesMax, `must hold at most ${scopesMax} scopes`)
  .transform((scopes) => [...new Set(scopes)].sort());
export type GrantedScopes = z.output<typeof GrantedScopes>;

/** Name of a role of the workspace. */
export const RoleName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, "must be letters, digits, dot, dash or underscore");
export type RoleName = z.output<typeof RoleName>;

/** The roles of a key: at most 50, sorted, without doubles. */
export const GrantedRoles = z
  .array(RoleName)
  .max(rolesMax, `must hold at most ${rolesMax} roles`)
  .transform((roles) => [...new Set(roles)].sort());

const Description = z.string().trim().max(500).describe("What holding it means, at most 500 characters");

/** A name that a workspace may define for its own API: no wildcard, none of Latchkey's. */
export const OwnScopeName = WrittenScope.refine(
  (scope) => !scope.includes("*"),
  "must not hold a wildcard",
).refine((scope) => !isPlatformScope(scope), "is one of Latchkey's own names; take another verb or resource");

/** `POST /scopes`. */
export const DefineScope = z
  .strictObject({ name: OwnScopeName, description: Description.default("") })
  .meta({ id: "DefineScope" });
export type DefineScope = z.output<typeof DefineScope>;

/** `PATCH /scopes/{name}`: a scope's name is what keys hold, so only its description changes. */
export const UpdateScope = z.strictObject({ description: Description }).meta({ id: "UpdateScope" });
export type UpdateScope = z.output<typeof UpdateScope>;

/** `platform`: Latchkey's own; `workspace`: defined here for the workspace's own API. */
export const ScopeKind = z.enum(["platform", "workspace"]);
export type ScopeKind = z.output<typeof ScopeKind>;

/** A scope that may be granted, and what holding it means. */
export const ScopeEntry = z
  .object({
    name: z.string(),
    kind: ScopeKind,
    description: z.string(),
    event: z
      .string()
      .nullable()
      .describe("The system event that a platform scope permits, e.g. `datastore.set`"),
    createdAt: z.string().nullable().describe("Null for platform scopes"),
  })
  .meta({ id: "Scope" });
export type ScopeEntry = z.output<typeof ScopeEntry>;

/** `GET /scopes`, by name. */
export const ListScopes = PageQuery.extend({
  kind: ScopeKind.default("workspace"),
  q: z.string().trim().max(100).optional().describe("Part of name or description"),
}).strict();
export type ListScopes = z.output<typeof ListScopes>;

export const ScopePage = pageOf(ScopeEntry).meta({ id: "ScopePage" });
export type ScopePage = z.output<typeof ScopePage>;
