import { createKey } from "@/lib/client/keys";
import { ProblemError } from "@/lib/client/request/problem-error";
import { prepareStart } from "@/lib/client/people/start";
import type { IssuedKey } from "@/lib/keys/schema";

/** What the page holds after its first step. The secret lives here only, and is gone with the page. */
export interface FirstKey extends IssuedKey {
  /** Where the call goes: `<gateway>/<workspace>/<service>`. */
  address: string;
  service: string;
}

const namesTried = 20;

/** Makes sure that there is something to call, then makes a test key that may call it. */
export async function createFirstKey({
  workspace,
  idempotencyKey,
}: {
  workspace: string;
  idempotencyKey: string;
}): Promise<FirstKey> {
  const { service, gatewayUrl } = await prepareStart();
  const issued = await createNamed(idempotencyKey, 1);
  return { ...issued, service: service.slug, address: `${gatewayUrl}/${workspace}/${service.slug}` };
}

/** A name that an earlier visit took is counted up. */
async function createNamed(idempotencyKey: string, attempt: number): Promise<IssuedKey> {
  try {
    return await createKey({
      name: attempt === 1 ? "first-key" : `first-key-${attempt}`,
      environment: "test",
      scopes: ["invoke:services"],
      idempotencyKey: `${idempotencyKey}-${attempt}`,
    });
  } catch (error) {
    const isTaken = error instanceof ProblemError && error.kind === "conflict";
    if (!isTaken || attempt >= namesTried) throw error;
    return createNamed(idempotencyKey, attempt + 1);
  }
}
