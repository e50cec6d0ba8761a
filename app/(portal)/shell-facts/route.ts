import { requirePortalSession } from "@/lib/accounts/session/session";
import { readFacts } from "./read-facts";

/** What the shell asks for every 10 s. */
export async function GET(): Promise<Response> {
  return Response.json(await readFacts(await requirePortalSession()), {
    headers: { "cache-control": "no-store" },
  });
}
