import type { Role } from "@/lib/accounts/schema";

/** From most to least. */
const roles = ["owner", "admin", "developer", "viewer"] as const satisfies readonly Role[];

/** What each role may do, in a few words. */
export const roleWords: Record<Role, string> = {
  owner: "Everything, and the workspace itself",
  admin: "Everything but the workspace and its owners",
  developer: "Keys, services, rules and customers",
  viewer: "Reads, and changes nothing",
};

/** The roles that someone may hand out. Owners are made by owners only. */
export function roleOptions(own: Role): { value: Role; label: string }[] {
  const given = roles.filter((role) => role !== "owner" || own === "owner");
  return given.map((role) => ({ value: role, label: role.slice(0, 1).toUpperCase() + role.slice(1) }));
}
