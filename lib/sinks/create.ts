import { actorId, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { seal } from "@/lib/crypto/seal";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { OpenMeterConfig, type CreateSink, type Sink } from "@/lib/sinks/schema";
import { presentSink, requireReachable } from "@/lib/sinks/stored-sink";
import { keptDays } from "@/lib/usage/measures/span";

/** The most sinks of one workspace. */
const sinksMax = 20;

/**
 * Begins to push usage to OpenMeter, from now or from an earlier minute that is still kept. Needs `create:sinks`.
 * Throws `conflict` (the name is taken, or there are 20) or `invalid` (an address that may not be connected to).
 */
export async function createSink(actor: Actor, input: CreateSink): Promise<Sink> {
  requireScope(actor, "create:sinks");
  requireProvider(actor);
  await requireReachable(input.url);
  const { workspaceId } = actor;
  const { name, kind, token, from } = input;
  const { url, eventType, subject, source } = OpenMeterConfig.parse(input);
  const readUntil = firstMinute(from);
  const row = await orConflict(
    db().$transaction(async (tx) => {
      await requireRoom(tx, workspaceId);
      const made = await tx.sink.create({
        data: {
          workspaceId,
          id: newId("snk"),
          name,
          kind,
          config: {
            url,
            eventType,
            subject,
            from: readUntil.toISOString(),
            ...(source === undefined ? {} : { source }),
          },
          token: token === undefined ? null : seal("sink-token", token),
          readUntil,
          createdBy: actorId(actor),
        },
      });
      const detail = { name, kind, url, eventType, subject, from: readUntil.toISOString() };
      await audit(tx, actor, { action: "sinks.create", subject: made.id, detail });
      return made;
    }),
    "A sink with that name exists.",
  );
  return presentSink(row);
}

function firstMinute(from: string | undefined): Date {
  const atMs = from === undefined ? Date.now() : Date.parse(from);
  const { minute } = keptDays();
  if (atMs < Date.now() - minute * 86_400_000)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "from", message: `is too long ago: minutes are kept ${minute} days.` }],
    });
  return new Date(Math.floor(atMs / 60_000) * 60_000);
}

/** The workspace's row is locked, so that two at once cannot both be the last. */
async function requireRoom(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`select id from workspace where id = ${workspaceId} for no key update`;
  if ((await tx.sink.count({ where: { workspaceId } })) >= sinksMax)
    throw new Problem("conflict", `A workspace has at most ${sinksMax} sinks.`);
}
