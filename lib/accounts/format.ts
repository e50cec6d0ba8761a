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
