import { type Actor, requireScope, systemActor, unrecorded } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { anonymousReaders } from "@/lib/gateway/hookio/anonymous-readers";
import { type Ask, callerBy, callerOf } from "@/lib/gateway/hookio/ask";
import { lineStream, wantsStream } from "@/lib/gateway/hookio/stream";
import { flushLogs } from "@/lib/logs/flush";
import { followLogs } from "@/lib/logs/follow";
import { listLogs } from "@/lib/logs/list";
import type { LogFilters, LogLine } from "@/lib/logs/schema";
import { currentRulesetBySlug } from "@/lib/rules/current";
import { holds } from "@/lib/scopes/grant";

/** Lines in one answer, and before the live ones of a stream. */
const linesMax = 50;

/** Pages that are searched for them, for a page may be short. */
const pagesMax = 5;

/** Who reads a service's log, and how much of it. */
interface Reader {
  actor: Actor;
  filters: LogFilters;
  /** What a public service wrote is anybody's; addresses, and what its callers' customers wrote, are for those who may read logs. */
  isAnybody: boolean;
}

/** A service's log: its newest lines, a stream of them (`s=true`), or emptied (`flush=true`). */
export async function serveLogs(ask: Ask): Promise<unknown> {
  if (ask.fields.get("flush") === "true" || ask.fields.get("flush") === true) return flush(ask);
  if (valueOf(ask) === null) anonymousReaders().call(ask.call.address);
  const reader = await readerOf(ask);
  return wantsStream(ask) ? stream(ask, reader) : list(reader);
}

async function list({ actor, filters, isAnybody }: Reader) {
  requireScope(actor, "read:logs");
  const lines: LogLine[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax && lines.length < linesMax; page += 1) {
    const { items, nextCursor } = await listLogs(unrecorded(actor), { ...filters, limit: linesMax, cursor });
    lines.push(...items.filter((line) => !isAnybody || line.customer === null));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return lines.slice(0, linesMax).map((line) => present(line, isAnybody));
}

function present({ at, message, data, address }: LogLine, isAnybody: boolean) {
  return { time: at, data: data === null ? message : { message, data }, ip: isAnybody ? null : address };
}

async function stream(ask: Ask, { actor, filters, isAnybody }: Reader): Promise<Response> {
  if (valueOf(ask) === null) anonymousReaders().open(ask.call.address, ask.signal);
  const gone = new AbortController();
  ask.signal.addEventListener("abort", () => gone.abort(), { once: true });
  const items = await followLogs(actor, {
    filters,
    last: linesMax,
    after: null,
    authenticateAgain: () => sameReader(ask, isAnybody),
    signal: gone.signal,
  });
  return lineStream(items, {
    show(item) {
      if (item.kind === "row")
        return isAnybody && !isAnybodys(item.row, ask) ? null : present(item.row, isAnybody);
      return item.kind === "dropped" ? { dropped: item.count } : null;
    },
    ask,
    onGone: () => gone.abort(),
  });
}

/** Throws `forbidden` when the same call would be shown another part of the log than when it began. */
async function sameReader(ask: Ask, isAnybody: boolean): Promise<Actor> {
  const now = await readerOf(ask, "again");
  if (now.isAnybody !== isAnybody) throw new Problem("forbidden", "What may be read here changed.");
  return now.actor;
}

/** Whether a live line may be shown to anybody: rights are looked at again now and then only, and a service may turn private. */
function isAnybodys(line: LogLine, { workspace, service }: Ask): boolean {
  const now = currentRulesetBySlug(workspace);
  const isPublic = !(now instanceof Promise) && now?.services.get(service)?.visibility === "public";
  return isPublic && line.customer === null;
}

/** Whoever holds `read:logs` reads all lines; anybody reads what a public service wrote itself. */
async function readerOf(ask: Ask, when: "first" | "again" = "first"): Promise<Reader> {
  const service = await serviceOf(ask);
  const filters = { service: service.id };
  const value = valueOf(ask);
  if (value !== null || service.visibility === "private") {
    const { actor } = when === "first" || value === null ? await callerOf(ask) : await callerBy(ask, value);
    if (service.visibility === "private" || holds(actor.scopes, "read:logs"))
      return { actor, filters, isAnybody: false };
  }
  const actor = { ...systemActor(service.workspaceId), scopes: ["read:logs"] };
  return { actor, filters: { ...filters, source: "service" }, isAnybody: true };
}

/** The key that was sent, or null. */
function valueOf({ outside, inBody }: Ask): string | null {
  return outside ?? inBody;
}

async function serviceOf(ask: Ask) {
  const ruleset = await currentRulesetBySlug(ask.workspace);
  const service = ruleset?.services.get(ask.service);
  if (ruleset === null || service === undefined)
    throw new Problem("not-found", "There is no such workspace or service.");
  return { id: service.id, visibility: service.visibility, workspaceId: ruleset.workspace.id };
}

/** 1 where there were lines, 0 where there were none. */
async function flush(ask: Ask) {
  const { actor } = await callerOf(ask);
  requireScope(actor, "flush:logs");
  const service = (await serviceOf(ask)).id;
  const { items } = await listLogs(systemActor(actor.workspaceId), { service, limit: 1 });
  const { deleted } = await flushLogs(unrecorded(actor), { service });
  return deleted > 0 || items.length > 0 ? 1 : 0;
}
