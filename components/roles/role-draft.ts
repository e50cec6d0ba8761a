import type { z } from "zod";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { changedMembers } from "@/components/forms/json-text";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import { CreateRole, type Role, UpdateRole } from "@/lib/roles/schema";

/** A role as it is typed. */
export interface RoleDraft {
  name: string;
  description: string;
  scopes: readonly string[];
}

/** Where the API's refusals are shown. */
export const rolePlaces: FieldPlaces = {
  fields: { name: "name", description: "description", scopes: "scopes" },
  entries: { scopes: "Scope" },
  conflict: "name",
};

/** The form of a role that exists, or of one to be made. */
export function roleDraftOf(role: Role | null): RoleDraft {
  return { name: role?.name ?? "", description: role?.description ?? "", scopes: role?.scopes ?? [] };
}

/** Reads a new role by the API's own schema. */
export function readNewRole(draft: RoleDraft): ReadDraft<z.output<typeof CreateRole>> {
  const parsed = CreateRole.safeParse(draft);
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, rolePlaces) };
}

/** Reads what was changed of a role; null when nothing was. */
export function readRoleChange(
  { description, scopes }: RoleDraft,
  role: Role,
): ReadDraft<z.output<typeof UpdateRole>> {
  const parsed = UpdateRole.safeParse({ description, scopes });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, rolePlaces) };
  const changed = changedMembers(parsed.data, role);
  return { input: changed === null ? null : UpdateRole.parse(changed) };
}
