import type { Simulated } from "@/lib/rules/ask/schema";

/** What decided a simulated call, in a sentence. */
export function reasonText({ reason, rules, service }: Simulated["decision"]): string {
  const named = service ?? "the service";
  if (rules.length > 0) return `By ${rules.join(", ")}.`;
  switch (reason) {
    case "NO_CREDENTIAL":
      return `${named} is private and no credential was presented. Its rules were not asked.`;
    case "DEFAULT_ALLOW":
    case "DEFAULT_DENY":
      return `By the default of ${named}.`;
    case "METHOD_NOT_ALLOWED":
    case "SCOPE_REQUIRED":
      return `By ${named} itself.`;
    default:
      return reason;
  }
}
