import { headers } from "next/headers";
import { readSession, type Session } from "@/lib/accounts/session/session";

/** Who looks at a page that needs nobody to be signed in, or null. For server components. */
export async function readVisitor(): Promise<Session | null> {
  return readSession((await headers()).get("cookie"));
}
