import { isFields } from "@/lib/client/request/read-unknown";
import type { CloudEvent } from "@/lib/events/schema";

/** Groups of types as people call them, most looked at first. */
export const groups = [
  { value: "decision.*", label: "decisions" },
  { value: "role-check.*", label: "role checks" },
  { value: "keys.*", label: "changes of keys" },
  { value: "key.*", label: "warnings about keys" },
  { value: "authentication.*", label: "failed authentications" },
  { value: "rules.*", label: "rules" },
  { value: "services.*", label: "services" },
  { value: "datastore.*", label: "datastore" },
  { value: "customers.*", label: "customers" },
  { value: "members.*", label: "members" },
] as const;

/** The verdict that an event's type speaks of, or null. */
export function verdictOf(type: string): "allow" | "deny" | "limited" | null {
  switch (type) {
    case "decision.allowed":
    case "role-check.granted":
      return "allow";
    case "decision.denied":
    case "role-check.refused":
    case "authentication.fail":
      return "deny";
    case "decision.limited":
      return "limited";
    default:
      return null;
  }
}

const textAt = (value: unknown, name: string) =>
  isFields(value) && typeof value[name] === "string" ? value[name] : null;

/** What happened, in one line, from what the event's data says. */
export function summaryOf({ type, data }: CloudEvent): string {
  if (type.startsWith("decision."))
    return [textAt(data, "method"), textAt(data, "path"), textAt(data, "reason")].filter(Boolean).join(" ");
  if (type.startsWith("role-check."))
    return [textAt(data, "scope"), "at", textAt(data, "endpoint")].filter(Boolean).join(" ");
  const by = isFields(data) ? textAt(data["actor"], "label") : null;
  if (by !== null) return `by ${by}`;
  return textAt(data, "reason") ?? textAt(data, "name") ?? textAt(data, "key") ?? "";
}

/** Whom it is about, by name where the data tells one. */
export function nameOf({ type, data, subject }: CloudEvent): string {
  const named = type.startsWith("decision.") ? "credential" : type.startsWith("role-check.") ? "key" : null;
  const name = named !== null && isFields(data) ? textAt(data[named], "name") : null;
  return name ?? subject ?? "–";
}

const pages: Readonly<Record<string, string>> = {
  key: "/keys/",
  svc: "/services/",
  rule: "/rules/",
  cus: "/customers/",
};

/** The page of what an event is about, or null where it has none. */
export function pageOf({ id, type, subject }: CloudEvent): { href: string; label: string } | null {
  if (type.startsWith("decision.")) return { href: `/decisions/${id}`, label: "Open the decision" };
  if (subject === undefined) return null;
  const page = pages[subject.slice(0, subject.indexOf("_"))];
  return page === undefined ? null : { href: `${page}${subject}`, label: "Open what it is about" };
}
