import { z } from "zod";
import { type KeyActor, systemActor, unrecorded } from "@/lib/api/actor";
import { type Ask, identify } from "@/lib/gateway/hookio/ask";
import { parse, presentKey } from "@/lib/gateway/hookio/endpoints/keys";
import { scopeOfRole } from "@/lib/gateway/hookio/endpoints/roles";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { readKey } from "@/lib/keys/reading/read";
import { verifyKey } from "@/lib/keys/verification/verify";
import { holds } from "@/lib/scopes/grant";

const Role = z.object({ role: z.string().max(100).default("") });

/**
 * Whether a key is good, and holds a role where one is named. Headers and query say who asks, the body which key is
 * asked about; alone, either is both. A key that the caller would not see has no access.
 */
export async function checkAccess(ask: Ask) {
  const subject = ask.inBody ?? ask.outside;
  const { actor, owner } = await identify(ask, ask.outside ?? ask.inBody);
  const { role } = parse(Role, ask);
  const scope = scopeOfRole(role);
  const { valid, keyId, roles } = await verifyKey(
    viewOf(actor),
    { key: subject ?? "", cost: 0, ...(scope.includes(":") ? { scopes: [scope] } : {}) },
    { requestId: newId("req"), startedAt: performance.now() },
  );
  const isNamed = role === "" || scope.includes(":") || roles.includes(role);
  if (!valid || !isNamed || keyId === null) return { hasAccess: false };
  const key = await readKey(viewOf(actor), keyId);
  return {
    hasAccess: true,
    key: presentKey(key, owner),
    user: { name: owner, email: await emailFor(actor) },
  };
}

/** Asking needs no scope here: whoever asks has the value itself. A customer's key asks about its customer's. */
function viewOf(actor: KeyActor) {
  if (actor.customerId === null) return { ...systemActor(actor.workspaceId), address: actor.address };
  return { ...unrecorded(actor), scopes: ["verify:keys", "read:keys"] };
}

/** Members' addresses are for those who may list members. */
async function emailFor({ workspaceId, scopes, customerId }: KeyActor): Promise<string> {
  if (customerId !== null || !holds(scopes, "read:members")) return "";
  const owner = await db().membership.findFirst({
    where: { workspaceId, role: "owner" },
    orderBy: { createdAt: "asc" },
    select: { user: { select: { email: true } } },
  });
  return owner?.user.email ?? "";
}
