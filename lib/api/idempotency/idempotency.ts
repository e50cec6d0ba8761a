import { createHash } from "node:crypto";
import { z } from "zod";
import { actorId, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { seal, unseal } from "@/lib/crypto/seal";
import { db, type Tx } from "@/lib/db/client";

/** How long an answer is kept for the same Idempotency-Key. */
const keptHours = 24;

/** A write that must happen once: the caller's Idempotency-Key and a digest of what it asked for. */
export interface Once {
  key: string;
  requestDigest: string;
}

const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** The Idempotency-Key of a request, or null when it sent none. Anything but 1–255 visible ASCII is a `bad-request`. */
export function onceFrom(
  header: string | undefined,
  request: { operation: string; input: unknown },
): Once | null {
  if (header === undefined || header === "") return null;
  if (!IdempotencyKey.safeParse(header).success)
    throw new Problem("bad-request", "Idempotency-Key must be 1–255 visible ASCII characters.");
  const requestDigest = createHash("sha256")
    .update(JSON.stringify([request.operation, request.input]))
    .digest("hex");
  return { key: header, requestDigest };
}

/** What a repeat may be answered with: whose request it is, and what an answer looks like. */
interface Repeatable<Answer> {
  actor: Actor;
  once: Once | null;
  answer: z.ZodType<Answer>;
}

/**
 * The answer that was given before to the same request, or null. Ask it before judging what may have changed since,
 * such as a time that lay ahead then. Throws `invalid` when the Idempotency-Key was used with another request.
 */
export function answerGiven<Answer>(call: Repeatable<Answer>): Promise<Answer | null> {
  const { actor, once } = call;
  if (once === null) return Promise.resolve(null);
  return keptAnswer(db(), { ...call, actor, once });
}

/**
 * Runs `work` in one transaction. With `once` its answer is kept in that same transaction, encrypted, so a repeat
 * gets the same answer and two at once become one: the second waits for the first. A run that was killed halfway left
 * nothing, and a repeat runs anew. The same key with another request is `invalid`.
 */
export async function transactOnce<Answer>(
  call: Repeatable<Answer>,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  const { actor, once } = call;
  if (once === null) return db().$transaction(work);
  return db().$transaction(async (tx) => {
    if (!(await claim(tx, actor, once))) {
      const kept = await keptAnswer(tx, { ...call, actor, once });
      if (kept !== null) return kept;
      throw new Problem("conflict", "The answer to this Idempotency-Key is no longer kept; take a new one.");
    }
    const made = await work(tx);
    await tx.idempotentAnswer.update({
      where: { workspaceId_actorId_key: slotOf(actor, once) },
      data: { status: 200, answer: seal("idempotent-answer", JSON.stringify(made)) },
    });
    return made;
  });
}

/** Takes the key for this transaction. False when it is taken; then whoever took it has committed. */
async function claim(tx: Tx, actor: Actor, once: Once): Promise<boolean> {
  const { workspaceId, actorId: by, key } = slotOf(actor, once);
  await tx.$executeRaw`
    delete from idempotent_answer where workspace_id = ${workspaceId} and actor_id = ${by} and key = ${key}
       and created_at < now() - make_interval(hours => ${keptHours}::int)`;
  const inserted = await tx.$executeRaw`
    insert into idempotent_answer (workspace_id, actor_id, key, request_digest)
    values (${workspaceId}, ${by}, ${key}, ${once.requestDigest}) on conflict do nothing`;
  return inserted === 1;
}

/** Null when none is kept, or when this version of Latchkey cannot read it any more. */
async function keptAnswer<Answer>(
  tx: Pick<Tx, "idempotentAnswer">,
  { actor, once, answer }: Repeatable<Answer> & { once: Once },
): Promise<Answer | null> {
  const kept = await tx.idempotentAnswer.findUnique({
    where: { workspaceId_actorId_key: slotOf(actor, once) },
  });
  if (kept === null || kept.answer === null || isPast(kept.createdAt)) return null;
  if (kept.requestDigest !== once.requestDigest)
    throw new Problem("invalid", "This Idempotency-Key was used with another request; take a new one.");
  const text = unseal("idempotent-answer", kept.answer);
  return text === null ? null : (answer.safeParse(JSON.parse(text)).data ?? null);
}

function isPast(createdAt: Date): boolean {
  return createdAt.getTime() < Date.now() - keptHours * 3_600_000;
}

/** A person may be on several sides of a workspace: on each they are another actor. */
function slotOf(actor: Actor, once: Once) {
  const side = actor.kind === "session" && actor.customerId !== null ? `@${actor.customerId}` : "";
  return { workspaceId: actor.workspaceId, actorId: `${actorId(actor)}${side}`, key: once.key };
}

/** Deletes answers that are kept no longer, with the secrets sealed in them. Returns how many. */
export async function forgetOldAnswers(): Promise<number> {
  return db().$executeRaw`
    delete from idempotent_answer where created_at < now() - make_interval(hours => ${keptHours}::int)`;
}
