/**
 * Text as a case-insensitive comparison sees it. Raised and lowered, so that letters with one capital between them
 * (`ſ` and `s`, the Kelvin sign and `k`) are the same, as upstreams take them; lowered before, as `ẞ` is its own capital.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase();
}
