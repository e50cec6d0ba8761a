import { Problem } from "@/lib/api/problem";
import { portalUrl } from "@/lib/env";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws `foreign-origin` when a write with this browser's session came from another origin's page, or when nothing
 * says where it came from. Another port of the same host is another origin, though it is sent the same cookies.
 */
export function requireSameOrigin(request: { method: string; headers: Headers }): void {
  if (safeMethods.has(request.method.toUpperCase()) || cameFromPortal(request.headers)) return;
  throw new Problem("foreign-origin", `A signed-in browser may write only from ${portalUrl()}.`);
}

/** `Sec-Fetch-Site` is the browser's own word; it also covers a portal opened under a second name, such as localhost. */
function cameFromPortal(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site !== null && site !== "same-origin") return false;
  if (origin === portalUrl()) return true;
  return site === "same-origin" && (origin === null || hostOf(origin) === headers.get("host"));
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/**
 * The same for a write that signs the browser in. Programs name no origin and pass; a foreign page could otherwise
 * leave its visitor signed in to an account of its own.
 */
export function refuseForeignPage(request: { method: string; headers: Headers }): void {
  if (request.headers.has("origin") || request.headers.has("sec-fetch-site")) requireSameOrigin(request);
}
