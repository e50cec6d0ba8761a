import { Problem } from "@/lib/api/problem";

/** Throws `invalid` unless the expiry lies ahead. */
export function requireAhead(expiresAt: string | null | undefined): void {
  if (expiresAt === null || expiresAt === undefined || new Date(expiresAt).getTime() > Date.now()) return;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "expiresAt", message: "must lie ahead" }],
  });
}

/** The moment so many seconds from `now`. */
export function secondsFrom(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
