/**
 * Text as a case-insensitive comparison sees it. Raised first and lowered then, so that letters with one capital
 * between them (`ſ` and `s`, the Kelvin sign and `k`) are the same, as upstreams take them.
 */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}
