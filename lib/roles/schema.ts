import { z } from "zod";
import { PageQuery, pageOf } from "@/lib/lists/schema";
import { GrantedScopes, RoleName } from "@/lib/scopes/schema";

/** Most roles that a workspace may have. */
export const workspaceRolesMax = 500;

const Description = z.string().trim().max(500).describe("What it is for, at most 500 characters");

/** `POST /roles`. A role lists scopes only; it holds no other role. */
export const CreateRole = z
  .strictObject({ name: RoleName, description: Description.default(""), scopes: GrantedScopes })
  .meta({ id: "CreateRole" });
export type CreateRole = z.output<typeof CreateRole>;

/** `PATCH /roles/{name}`: what is left out stays. Every key that has the role changes with it, at once. */
export const UpdateRole = z
  .strictObject({ description: Description.optional(), scopes: GrantedScopes.optional() })
  .meta({ id: "UpdateRole" });
export type UpdateRole = z.output<typeof UpdateRole>;

/** A named list of scopes. */
export const Role = z
  .object({
    name: z.string(),
    description: z.string(),
    scopes: z.array(z.string()),
    keyCount: z.number().int().describe("Keys that have it and are not revoked"),
    createdAt: z.string(),
  })
  .meta({ id: "Role" });
export type Role = z.output<typeof Role>;

/** `GET /roles`, by name. */
export const ListRoles = PageQuery.extend({
  q: z.string().trim().max(100).optional().describe("Part of name or description"),
}).strict();
export type ListRoles = z.output<typeof ListRoles>;

export const RolePage = pageOf(Role).meta({ id: "RolePage" });
export type RolePage = z.output<typeof RolePage>;
