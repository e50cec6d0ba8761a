/** Where people land who were not on their way anywhere. */
export const homePath = "/overview";

/**
 * The page to go to after signing in: `next` when it is a path of this origin, else the overview. What a browser would
 * read as another host (`//evil`, `/\evil`, `https:evil`) is not.
 */
export function safePath(next: string | null | undefined): string {
  const base = "https://portal.invalid";
  if (!next?.startsWith("/") || !URL.canParse(next, base)) return homePath;
  const url = new URL(next, base);
  return url.origin === base ? url.pathname + url.search + url.hash : homePath;
}

/** A schema's message as a sentence: "must not be empty" becomes "Must not be empty." */
export function asSentence(message: string): string {
  const start = message.slice(0, 1).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/** What the choice of a place is kept by: the workspace's slug, and on a customer's side its id too. */
export function placeOf(slug: string, customerId: string | null): string {
  return customerId === null ? slug : `${slug}~${customerId}`;
}

/** Pages for people on a customer's side; every other page of the portal is the workspace's. */
const customerPages = [
  "/overview",
  "/keys",
  "/usage",
  "/decisions",
  "/events",
  "/datastore",
  "/settings/account",
  "/shell-facts",
];

/** Whether a path of the portal, perhaps with a query, may be looked at from a customer's side. */
export function isCustomerPage(path: string): boolean {
  const [page = ""] = path.split("?");
  return page === "/" || customerPages.some((allowed) => page === allowed || page.startsWith(`${allowed}/`));
}
