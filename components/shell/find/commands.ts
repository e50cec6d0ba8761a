/** Something that Find or do leads to besides the pages of the rail, for those who hold `scope`. */
export interface Command {
  label: string;
  href: string;
  scope: string;
}

/** What can be made or done from anywhere in the workspace. */
export const creations: readonly Command[] = [
  { label: "Verify audit chain", href: "/audit?do=verify", scope: "read:audit" },
  { label: "Add customer", href: "/customers?create=customer", scope: "create:customers" },
  { label: "Set value", href: "/datastore?create=value", scope: "set:datastore" },
  { label: "Create role", href: "/settings/roles?create=role", scope: "create:roles" },
  { label: "Define scope", href: "/settings/roles?view=scopes&create=scope", scope: "create:roles" },
  { label: "Create plan", href: "/settings/plans?create=plan", scope: "create:plans" },
  { label: "Register JWT issuer", href: "/settings/issuers?create=issuer", scope: "create:issuers" },
  { label: "Create sink", href: "/settings/sinks?create=sink", scope: "create:sinks" },
];

/** What can be done to the whole workspace. */
export const deeds: readonly Command[] = [
  { label: "Flush log", href: "/logs?do=flush", scope: "flush:logs" },
];

/** Pages below Settings. */
export const settingsPages: readonly Command[] = [
  { label: "Members", href: "/settings/members", scope: "read:members" },
  { label: "Roles and scopes", href: "/settings/roles", scope: "read:roles" },
  { label: "Plans", href: "/settings/plans", scope: "read:plans" },
  { label: "JWT issuers", href: "/settings/issuers", scope: "read:issuers" },
  { label: "Sinks", href: "/settings/sinks", scope: "read:sinks" },
];
