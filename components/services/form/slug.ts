/** A slug made from a name: "Invoices API" becomes `invoices-api`. Empty when nothing of it can stand in one. */
export function suggestSlug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}
