import { createHmac, timingSafeEqual } from "node:crypto";
import { subkey, subkeys } from "@/lib/crypto/subkey";
import { randomBase62 } from "@/lib/db/id";

/** How long a browser stays known: a year, in seconds. */
export const knownBrowserSeconds = 365 * 24 * 3600;

/**
 * Made when someone signs in, and kept in a cookie. A browser that once signed in as someone is counted by itself, so
 * strangers who guess that person's password cannot keep them out.
 */
export function knownBrowser(email: string): string {
  const id = randomBase62(16);
  return `${id}.${mark(subkey("session"), email, id)}`;
}

/** The id of a browser that signed in as this person before, or null. */
export function knownBrowserId(email: string, cookie: string | undefined): string | null {
  const [id = "", seal = ""] = (cookie ?? "").split(".");
  const genuine = subkeys("session").some((key) => {
    const [made, given] = [Buffer.from(mark(key, email, id)), Buffer.from(seal)];
    return made.length === given.length && timingSafeEqual(made, given);
  });
  return genuine ? id : null;
}

function mark(key: Buffer, email: string, id: string): string {
  return createHmac("sha256", key).update(`known-browser\n${email}\n${id}`).digest("base64url");
}
