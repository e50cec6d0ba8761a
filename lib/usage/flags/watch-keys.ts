import { db, type Tx } from "@/lib/db/client";
import { locks } from "@/lib/db/locks";
import { emitEvent } from "@/lib/events/emit";
import { activeKeys, forgetHistory, historiesOf, nameOf, type ActiveKey } from "@/lib/usage/flags/history";
import { judgeWindow, windowMinutes, type Finding, type History } from "@/lib/usage/flags/judge-window";
import { flagReason, KeyFlagDetail, KeyFlagKind } from "@/lib/usage/flags/schema";

/** A flag goes when nothing was unusual for so long. */
const calmMinutes = 30;
/** A minute is looked at when it has been over for so long. */
const loadedAfterMs = 30_000;
const lookedAt = "keys-looked-at";

/** What one look changed. */
export interface Look {
  flagged: number;
  unflagged: number;
}

/**
 * Looks at every key's last ten minutes, once a minute over all nodes: flags those whose calls, denials or errors depart
 * from their own history, and takes flags back after half an hour as usual. A flag and its event are written together.
 */
export async function watchKeys(now = new Date()): Promise<Look | null> {
  const end = new Date(Math.floor((now.getTime() - loadedAfterMs) / 60_000) * 60_000);
  if (!(await isNext(end))) return null;
  const keys = await activeKeys(end);
  const histories = await historiesOf(keys, end);
  const judged = keys.flatMap((key) => {
    const history = histories.get(nameOf(key));
    return history === undefined
      ? []
      : judgeWindow(key, history).map((finding) => ({ key, finding, history, end }));
  });
  return db().$transaction((tx) => writeDown(tx, judged, end), { timeout: 60_000 });
}

/** Each minute is looked at once, whichever node comes first, and none again when a clock goes back. */
async function isNext(end: Date): Promise<boolean> {
  const changed = await db().$executeRaw`
    insert into installation (name, value) values (${lookedAt}, ${end.toISOString()})
    on conflict (name) do update set value = excluded.value where installation.value < excluded.value`;
  return changed === 1;
}

interface Judged {
  key: ActiveKey;
  finding: Finding;
  history: History;
  end: Date;
}

/** Under the lock, since the look of the minute before may still be writing on another node. */
async function writeDown(tx: Tx, judged: readonly Judged[], end: Date): Promise<Look> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${locks.keyWatch})`;
  const open = await openFlags(tx);
  const result: Look = { flagged: 0, unflagged: 0 };
  for (const { key, finding, history } of judged) {
    const flag = open.get(`${nameOf(key)} ${finding.kind}`);
    if (flag !== undefined && finding.still) await goesOn(tx, flag, end);
    else if (flag === undefined && finding.unusual) {
      result.flagged += await flagKey(tx, { key, finding, history, end });
    }
  }
  for (const flag of open.values()) {
    if (end.getTime() - Date.parse(flag.detail.lastUnusualAt) < calmMinutes * 60_000) continue;
    await unflag(tx, flag, end);
    result.unflagged += 1;
  }
  return result;
}

interface OpenFlag {
  workspaceId: string;
  keyId: string;
  kind: KeyFlagKind;
  since: Date;
  detail: KeyFlagDetail;
}

async function openFlags(tx: Tx): Promise<Map<string, OpenFlag>> {
  const rows = await tx.keyFlag.findMany({ where: { until: null } });
  const flags = rows.map(({ workspaceId, keyId, kind, since, detail }) => ({
    workspaceId,
    keyId,
    kind: KeyFlagKind.parse(kind),
    since,
    detail: KeyFlagDetail.parse(detail),
  }));
  return new Map(flags.map((flag) => [`${nameOf(flag)} ${flag.kind}`, flag]));
}

/** Answers how many flags that made: none when this minute had flagged the key before. */
async function flagKey(tx: Tx, { key, finding, history, end }: Judged): Promise<number> {
  const { workspaceId, keyId, customerId } = key;
  const { kind, seen, calls, expected, pValue, test } = finding;
  const detail: KeyFlagDetail = {
    seen,
    calls,
    expected,
    windowMinutes,
    pValue,
    test,
    historyWindows: history.windows,
    lastUnusualAt: end.toISOString(),
  };
  const data = [{ workspaceId, keyId, kind, since: end, detail }];
  const { count } = await tx.keyFlag.createMany({ data, skipDuplicates: true });
  if (count === 0) return 0;
  await emitEvent(tx, {
    workspaceId,
    type: "key.flagged",
    subject: keyId,
    customerId,
    data: { kind, since: end.toISOString(), reason: flagReason(kind, detail), ...detail },
  });
  return 1;
}

async function goesOn(tx: Tx, flag: OpenFlag, end: Date): Promise<void> {
  flag.detail.lastUnusualAt = end.toISOString();
  const { workspaceId, keyId, kind, since, detail } = flag;
  await tx.keyFlag.update({
    where: { workspaceId_keyId_kind_since: { workspaceId, keyId, kind, since } },
    data: { detail },
  });
}

async function unflag(tx: Tx, { workspaceId, keyId, kind, since }: OpenFlag, end: Date): Promise<void> {
  await tx.keyFlag.update({
    where: { workspaceId_keyId_kind_since: { workspaceId, keyId, kind, since } },
    data: { until: end },
  });
  const key = await tx.key.findFirst({ where: { workspaceId, id: keyId }, select: { customerId: true } });
  await emitEvent(tx, {
    workspaceId,
    type: "key.unflagged",
    subject: keyId,
    customerId: key?.customerId ?? null,
    data: { kind, since: since.toISOString(), until: end.toISOString() },
  });
  forgetHistory({ workspaceId, keyId });
}
