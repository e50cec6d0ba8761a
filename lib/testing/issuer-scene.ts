import type { z } from "zod";
import { createIssuer } from "@/lib/issuers/create";
import { CreateIssuer } from "@/lib/issuers/schema";
import { authenticateToken } from "@/lib/issuers/tokens/authenticate";
import { testAudience } from "@/lib/testing/issuer";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** The `iss` of tests. */
export const testIss = "https://id.test/";

/** An issuer as tests register it unless told otherwise. */
export function issuerInput(changes: Partial<z.input<typeof CreateIssuer>>): CreateIssuer {
  return CreateIssuer.parse({
    name: "id",
    issuer: testIss,
    audiences: [testAudience],
    algorithms: ["ES256", "RS256"],
    ...changes,
  });
}

let callers = 0;

/** Asks what tokens are in a workspace, from an address of its own: wrong signatures are counted by address. */
export function asker({ workspaceId }: Pick<TestWorkspace, "workspaceId">) {
  const address = `2001:db8::${(callers += 1).toString(16)}`;
  return (token: string) => authenticateToken(workspaceId, token, { address });
}

/** A fresh workspace with one issuer. */
export async function issuerScene(changes: Partial<z.input<typeof CreateIssuer>>) {
  const workspace = await createTestWorkspace();
  const issuer = await createIssuer(workspace.owner, issuerInput(changes));
  return { ...workspace, issuer, ask: asker(workspace) };
}
