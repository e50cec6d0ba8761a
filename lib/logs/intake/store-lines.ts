import { z } from "zod";
import { actorId, customerOf, type Actor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";
import { judgeLine, type JudgedLine, type LogClock } from "@/lib/logs/intake/judge-line";
import { lineId } from "@/lib/logs/intake/line-id";
import { namedRefusalsMax, type LogReceipt } from "@/lib/logs/schema";

/** Something that was sent as line `line` of a request: a JSON value, or what is wrong with its text. */
export type SentLine =
  { line: number; value: unknown; repeatId?: string | undefined } | { line: number; wrong: string };

/** Lines with whom they come from. */
export interface SentLines {
  /** Slug or id of the service of lines that name none. */
  service: string | null;
  lines: readonly SentLine[];
}

interface Row extends Omit<JudgedLine, "givenId" | "service" | "at"> {
  place: number;
  id: string;
  at: string;
  serviceId: string | null;
}

/** Judges lines and stores the good ones in the caller's transaction, in the order in which they were sent. */
export async function storeLines(tx: Tx, actor: Actor, { service, lines }: SentLines): Promise<LogReceipt> {
  const clock = await clockOf(tx, actor);
  const services = await servicesNamed(tx, actor, { service, lines });
  const rejected: LogReceipt["rejected"] = [];
  const rows = new Map<string, Row>();
  let accepted = 0;
  for (const sent of lines) {
    const judged = "wrong" in sent ? sent : judgeLine(sent.value, clock);
    const row = "wrong" in judged ? judged : rowOf(judged, { actor, service, services, sent });
    if ("wrong" in row) rejected.push({ line: sent.line, message: row.wrong });
    else {
      accepted += 1;
      if (!rows.has(row.id)) rows.set(row.id, { ...row, place: rows.size });
    }
  }
  if (rows.size > 0) await insertRows(tx, actor, [...rows.values()]);
  return { accepted, rejected: rejected.slice(0, namedRefusalsMax), rejectedCount: rejected.length };
}

async function clockOf(tx: Tx, { workspaceId }: Actor): Promise<LogClock> {
  const { logRetentionDays } = await tx.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { logRetentionDays: true },
  });
  return { nowMs: Date.now(), retentionDays: logRetentionDays };
}

const NamesService = z.object({ service: z.string() });

/** Ids of the services that the lines name, by slug and by id. */
async function servicesNamed(
  tx: Tx,
  { workspaceId }: Actor,
  { service, lines }: SentLines,
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(service === null ? [] : [service]);
  for (const line of lines) {
    const named = "value" in line ? NamesService.safeParse(line.value).data?.service : undefined;
    if (named !== undefined && named.length <= 100 && !named.includes("\0")) names.add(named);
  }
  if (names.size === 0) return new Map();
  const list = [...names].map((name) => name.replace(/\p{Surrogate}/gu, "\ufffd"));
  const found = await tx.service.findMany({
    where: { workspaceId, OR: [{ id: { in: list } }, { slug: { in: list } }] },
    select: { id: true, slug: true },
  });
  return new Map(
    found.flatMap(({ id, slug }): [string, string][] => [
      [slug, id],
      [id, id],
    ]),
  );
}

function rowOf(
  { givenId, service: named, at, ...line }: JudgedLine,
  about: { actor: Actor; service: string | null; services: ReadonlyMap<string, string>; sent: SentLine },
): Omit<Row, "place"> | { wrong: string } {
  const service = named ?? about.service;
  const serviceId = service === null ? null : (about.services.get(service) ?? null);
  if (service !== null && serviceId === null) return { wrong: "service: names no service" };
  const repeatId = "repeatId" in about.sent ? about.sent.repeatId : undefined;
  const id = lineId(givenId ?? repeatId ?? null, { customerId: customerOf(about.actor), serviceId });
  return { ...line, id, at: at.toISOString(), serviceId };
}

/**
 * The trail's row is locked before looking for lines that are there already, and until the commit: no other writer of
 * the workspace can come between, and places are in the order of commits, without a gap.
 */
async function insertRows(tx: Tx, actor: Actor, rows: Row[]): Promise<void> {
  const { workspaceId } = actor;
  await tx.$executeRaw`
    insert into trail (workspace_id) values (${workspaceId})
    on conflict (workspace_id) do update set log_position = trail.log_position`;
  const stored = await tx.$executeRaw`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as line(
        place int, id text, at timestamptz, "serviceId" text, level text, message text, data text, "traceId" text)
    ), fresh as (
      select given.*, row_number() over (order by place) as nth from given
      where not exists (select from log_line where log_line.workspace_id = ${workspaceId} and log_line.id = given.id)
    )
    insert into log_line (workspace_id, position, id, at, service_id, customer_id, level, message, data, address, trace_id, written_by)
    select ${workspaceId}, trail.log_position + nth, id, at, "serviceId", ${customerOf(actor)}, level, message,
           data::jsonb, ${actor.address}, "traceId", ${actor.kind === "system" ? null : actorId(actor)}
      from fresh, trail where trail.workspace_id = ${workspaceId}`;
  await tx.$executeRaw`
    update trail set log_position = log_position + ${stored}::int where workspace_id = ${workspaceId}`;
}
