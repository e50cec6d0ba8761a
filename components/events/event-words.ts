import { sizeText } from "@/components/datastore/value/value-text";
import { determinedBy } from "@/components/decisions/why";
import { isFields } from "@/lib/client/request/read-unknown";
import type { CloudEvent } from "@/lib/events/schema";

/** Groups of types as people call them, most looked at first. */
export const groups = [
  { value: "decision.*", label: "decisions" },
  { value: "role-check.*", label: "role checks" },
  { value: "keys.*", label: "changes of keys" },
  { value: "key.*", label: "warnings about keys" },
  { value: "authentication.*", label: "failed authentications" },
  { value: "datastore.*", label: "datastore" },
  { value: "rules.*", label: "rules" },
  { value: "services.*", label: "services" },
  { value: "customers.*", label: "customers" },
  { value: "members.*", label: "members" },
  { value: "accounts.*", label: "accounts" },
  { value: "portal-sessions.*", label: "portal sessions" },
  { value: "roles.*", label: "roles" },
  { value: "scopes.*", label: "scopes" },
  { value: "plans.*", label: "plans" },
  { value: "issuers.*", label: "JWT issuers" },
  { value: "sinks.*", label: "sinks" },
  { value: "webhooks.*", label: "webhooks" },
  { value: "webhook.*", label: "warnings about webhooks" },
  { value: "workspace.*", label: "workspace" },
  { value: "logs.*", label: "flushes of logs" },
  { value: "audit.*", label: "erasures" },
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

/** The call that an event is about, and in words what decided it; null for what is about no call. */
export function callOf({
  type,
  data,
}: Pick<CloudEvent, "type" | "data">): { method: string; path: string; words: string } | null {
  if (type.startsWith("decision."))
    return {
      method: textAt(data, "method") ?? "",
      path: textAt(data, "path") ?? "",
      words: determinedBy({ reason: textAt(data, "reason") ?? "", rules: namesAt(data, "rules") }),
    };
  if (!type.startsWith("role-check.")) return null;
  const [method = "", path = ""] = (textAt(data, "endpoint") ?? "").split(" ");
  return { method, path, words: textAt(data, "scope") ?? "" };
}

function namesAt(data: unknown, name: string): string[] {
  const names: unknown = isFields(data) ? data[name] : null;
  return Array.isArray(names) ? names.map(String) : [];
}

/** What happened, in one line, from what the event's data says. */
export function summaryOf({ type, data }: Pick<CloudEvent, "type" | "data">): string {
  const call = callOf({ type, data });
  if (call !== null) return [call.method, call.path, call.words].filter(Boolean).join(" ");
  if (!isFields(data)) return "";
  const by = textAt(data["actor"], "label");
  if (by !== null) return `by ${by}`;
  if (type.startsWith("datastore.") && typeof data["size"] === "number")
    return type === "datastore.delete" ? "" : sizeText(data["size"]);
  return textAt(data, "reason") ?? textAt(data, "name") ?? textAt(data, "key") ?? "";
}

/** Whom or what it is about: by name where the data tells one, else by id. */
export function aboutOf({ type, data, subject }: CloudEvent): { text: string; isId: boolean } {
  const named = type.startsWith("decision.") ? "credential" : type.startsWith("role-check.") ? "key" : null;
  const name = named !== null && isFields(data) ? textAt(data[named], "name") : null;
  if (name !== null) return { text: name, isId: false };
  if (subject !== undefined) return { text: subject, isId: true };
  return { text: type.startsWith("decision.") ? "no credential" : "–", isId: false };
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
  // A value's key may be any text, an id's too.
  if (subject === undefined || type.startsWith("datastore.")) return null;
  const page = pages[subject.slice(0, subject.indexOf("_"))];
  return page === undefined ? null : { href: `${page}${subject}`, label: "Open what it is about" };
}
