import { Problem } from "@/lib/api/problem";
import { randomBase62 } from "@/lib/db/id";
import { reservedSlugs } from "@/lib/services/schema";

/** Names of the portal's own paths, beside those that the gateway uses. */
const reservedByPortal = new Set([
  "auth",
  "authorize",
  "account",
  "create-workspace",
  "decisions",
  "forgot",
  "invitation",
  "latchkey",
  "matrix",
  "members",
  "openapi",
  "platform",
  "reset",
  "rules",
  "services",
  "settings",
  "sign-in",
  "sign-out",
  "sign-up",
  "start",
  "system",
  "usage",
  "workspace",
  "www",
]);

const slugLengthMax = 40;

/**
 * The first candidate for a workspace's slug: its name in lower-case Latin letters, digits and dashes. Throws
 * `invalid` on `field` for a name that Latchkey uses itself; a name without a Latin letter becomes `workspace`.
 */
export function slugOf(name: string, field: string): string {
  const slug = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, slugLengthMax)
    .replace(/^-+|-+$/g, "");
  if (slug === "") return `workspace-${suffix()}`;
  if (reservedSlugs.has(slug) || reservedByPortal.has(slug))
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: field, message: "is a name that Latchkey uses itself" }],
    });
  return slug;
}

/** What to try when the slug is taken: the same with a small number, later with random letters. */
export function slugAttempt(slug: string, attempt: number): string {
  if (attempt === 0) return slug;
  return `${slug}-${attempt < 4 ? attempt + 1 : suffix()}`;
}

function suffix(): string {
  return randomBase62(6).toLowerCase();
}
