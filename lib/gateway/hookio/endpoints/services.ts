import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";
import { requireScope, unrecorded } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { type Ask, callerOf } from "@/lib/gateway/hookio/ask";
import { parse } from "@/lib/gateway/hookio/endpoints/keys";
import { createService } from "@/lib/services/create";
import { deleteService } from "@/lib/services/delete";
import { findService, presentService } from "@/lib/services/stored/find";
import { CreateService, type RequiredScopes, type Service, UpdateService } from "@/lib/services/schema";
import { updateService } from "@/lib/services/update";

const IsPrivate = z
  .union(
    [z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")],
    "must be true or false",
  )
  .optional();
const Written = z.object({
  name: z.string().min(1).max(100),
  isPrivate: IsPrivate,
  upstream: z.unknown().optional(),
});
const Changed = Written.extend({ owner: z.string().optional() });

/** What hook.io's private services ask of every caller, here beside what rules say. */
const invocation: RequiredScopes = { route: "/**", scopes: ["invoke:services"] };

/** Puts a service behind the gateway, private unless `isPrivate` is false. */
export async function createHookioService(ask: Ask) {
  const { actor, owner } = await callerOf(ask);
  const { name, isPrivate = true, upstream } = parse(Written, ask);
  if (upstream === undefined) throw noSource();
  const input = CreateService.safeParse({
    slug: name,
    upstream,
    defaultVerdict: "allow",
    visibility: isPrivate ? "private" : "public",
    requiredScopes: isPrivate ? [invocation] : [],
  });
  if (!input.success) throw inputProblem(input.error.issues);
  return { status: "created", hook: presentHook(await createService(actor, input.data), owner) };
}

/** Latchkey forwards to services that run elsewhere. */
function noSource(): Problem {
  return new Problem(
    "invalid",
    "Some fields are not valid: upstream is required, because no source runs here.",
    {
      errors: [{ path: "upstream", message: "is required: the address of the service; no source runs here" }],
    },
  );
}

/** Changes a service; what is left out stays, `isPrivate` too. */
export async function updateHookioService(ask: Ask) {
  const { actor, owner } = await callerOf(ask);
  requireScope(actor, "update:services");
  const { name, isPrivate, upstream, owner: account = owner } = parse(Changed, ask);
  if (account !== owner) throw new Problem("not-found", "There is no such service.");
  const now = presentService(await findService(db(), actor.workspaceId, name));
  const change = {
    ...(upstream === undefined ? {} : { upstream }),
    ...(isPrivate === undefined ? {} : privacy(now, isPrivate)),
  };
  if (Object.keys(change).length === 0) return { status: "updated", hook: presentHook(now, owner) };
  const input = UpdateService.safeParse(change);
  if (!input.success) throw inputProblem(input.error.issues);
  return {
    status: "updated",
    hook: presentHook(await updateService(unrecorded(actor), now.id, input.data), owner),
  };
}

function privacy({ requiredScopes }: Service, isPrivate: boolean) {
  const others = requiredScopes.filter(
    ({ route, scopes }) => route !== invocation.route || scopes.join() !== invocation.scopes.join(),
  );
  return isPrivate
    ? { visibility: "private", requiredScopes: [...others, invocation] }
    : { visibility: "public", requiredScopes: others };
}

/** Removes a service of the caller's own workspace, which the path names. */
export async function deleteHookioService(ask: Ask) {
  const { actor, owner } = await callerOf(ask);
  const { service: name } = ask;
  await deleteService(actor, name);
  return { status: "deleted", message: `The service ${name} was deleted.`, owner, name };
}

function presentHook({ slug, upstream, visibility, createdAt, updatedAt }: Service, owner: string) {
  return {
    owner,
    name: slug,
    isPrivate: visibility === "private",
    upstream,
    ctime: createdAt,
    mtime: updatedAt,
  };
}
