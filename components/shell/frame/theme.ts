/** Cookie that keeps the chosen theme, so that the server renders the right one at once. */
export const themeCookie = "latchkey-theme";

export type Theme = "light" | "dark";

/** The cookie's value, or undefined when nothing (sound) was chosen: then the system decides. */
export function readTheme(value: string | undefined): Theme | undefined {
  return value === "light" || value === "dark" ? value : undefined;
}

/** Switches between light and dark, now and for a year. Only in the browser. */
export function switchTheme(): void {
  const root = document.documentElement;
  const shown =
    root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next: Theme = shown === "dark" ? "light" : "dark";
  root.dataset["theme"] = next;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${themeCookie}=${next}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
