import { Problem } from "@/lib/api/problem";
import { seal } from "@/lib/crypto/seal";
import { databaseNull } from "@/lib/db/null";
import type { UpdateService } from "@/lib/services/schema";

/**
 * What a write of a service stores: the columns, with the upstream's secret sealed, and what an audit entry may say,
 * which is whether there is a new secret and never which. `hasSecret` says whether one is stored already.
 */
export function serviceColumns<Input extends UpdateService>(input: Input, hasSecret: boolean) {
  const { injection, injectionSecret, ...others } = input;
  if (injectionSecret !== undefined && injection === null)
    throw invalidSecret("there is no injection that it could be for");
  if (injection !== undefined && injection !== null && injectionSecret === undefined && !hasSecret)
    throw invalidSecret("must be given: nothing is stored yet");
  if (injectionSecret !== undefined && injection === undefined && !hasSecret)
    throw invalidSecret("needs an injection that says where it goes");
  const data = {
    ...others,
    ...(injection === undefined ? {} : { injection: injection ?? databaseNull }),
    ...(injection === null ? { injectionSecret: null } : {}),
    ...(injectionSecret === undefined ? {} : { injectionSecret: seal("upstream-secret", injectionSecret) }),
  };
  const told = {
    ...others,
    ...(injection === undefined ? {} : { injection }),
    ...(injectionSecret === undefined ? {} : { injectionSecret: "written" }),
  };
  return { data, told };
}

/** A stored secret never follows its service to an address that it was not written for. */
export function requireSecretAnew(change: UpdateService, upstream: string): void {
  const moves = change.upstream !== undefined && new URL(change.upstream).origin !== new URL(upstream).origin;
  if (moves && change.injection !== null && change.injectionSecret === undefined)
    throw invalidSecret("must be given again: the upstream moves to another address");
}

function invalidSecret(message: string): Problem {
  return new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "injectionSecret", message }],
  });
}
