import type { CustomerRole } from "@/lib/customers/schema";

/** What each role may do on a customer's side, in a few words. */
export const customerRoleWords: Record<CustomerRole, string> = {
  admin: "The customer's keys and members",
  developer: "The customer's keys",
  viewer: "Reads, and changes nothing",
};

export const customerRoleOptions: readonly { value: CustomerRole; label: string }[] = [
  { value: "admin", label: "Admin" },
  { value: "developer", label: "Developer" },
  { value: "viewer", label: "Viewer" },
];
