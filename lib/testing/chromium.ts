import { existsSync } from "node:fs";

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** An installed Chromium; CHROMIUM_PATH goes first. */
export function findChromium(): string | null {
  return (
    places.find((place): place is string => place !== undefined && place !== "" && existsSync(place)) ?? null
  );
}

/** The same, or a sentence that says what to do. */
export function chromiumPath(): string {
  const found = findChromium();
  if (found === null)
    throw new Error("No Chromium was found. Install one (apt-get install chromium) or set CHROMIUM_PATH.");
  return found;
}
