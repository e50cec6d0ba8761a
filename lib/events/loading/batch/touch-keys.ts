import { timeText } from "@/lib/events/loading/batch/decision-row";
import type { DecisionRecord } from "@/lib/events/schema";
import { sql } from "@/lib/db/client";
import { processState } from "@/lib/process/state";

/** A secret's last use is written at most this often. */
const touchEveryMs = 60_000;
const rememberedMax = 50_000;

/** A presented secret that was refused for itself was not used; nor is one whose key an AuthZEN question is about. */
const notUses: ReadonlySet<string> = new Set(["REVOKED", "EXPIRED", "DISABLED", "NOT_FOUND", "MALFORMED"]);

/** Rows that another transaction holds are left for later, so that this can neither wait nor deadlock with a rotation. */
const touchStatement = `
with used as (
  select * from json_to_recordset($1::json) as r(workspace_id text, key_id text, secret_id text, at timestamptz, address text, agent text)
), newest as (
  select distinct on (workspace_id, key_id) workspace_id, key_id, at, address, agent from used order by workspace_id, key_id, at desc
), free_secret as (
  select s.workspace_id, s.id, u.at from secret s join used u on u.workspace_id = s.workspace_id and u.secret_id = s.id
  where s.last_used_at is null or s.last_used_at < u.at
  for no key update of s skip locked
), free_key as (
  select k.workspace_id, k.id, n.at, n.address, n.agent from api_key k join newest n on n.workspace_id = k.workspace_id and n.key_id = k.id
  where k.last_used_at is null or k.last_used_at < n.at
  for no key update of k skip locked
), touched as (
  update secret s set last_used_at = f.at from free_secret f where s.workspace_id = f.workspace_id and s.id = f.id
)
update api_key k set last_used_at = f.at, last_used_from = f.address, last_used_agent = f.agent
from free_key f where k.workspace_id = f.workspace_id and k.id = f.id`;

/** Writes when keys and secrets were last used, from where and with what. */
export async function touchKeys(batch: readonly DecisionRecord[]): Promise<void> {
  const state = processState("touched-secrets", () => ({ at: new Map<string, number>(), running: false }));
  const uses = latestUses(batch).filter(
    (use) => use.atMs - (state.at.get(use.secret_id) ?? -Infinity) >= touchEveryMs,
  );
  if (uses.length === 0 || state.running) return;
  state.running = true;
  try {
    await sql().query(touchStatement, [JSON.stringify(uses)]);
  } finally {
    state.running = false;
  }
  if (state.at.size > rememberedMax) state.at.clear();
  for (const use of uses) state.at.set(use.secret_id, use.atMs);
}

interface Use {
  workspace_id: string;
  key_id: string;
  secret_id: string;
  at: string;
  atMs: number;
  address: string | null;
  agent: string | null;
}

function latestUses(batch: readonly DecisionRecord[]): Use[] {
  const latest = new Map<string, Use>();
  for (const { credential, workspaceId, atMs, address, userAgent, reason, source } of batch) {
    if (credential === null || notUses.has(reason) || source === "authzen") continue;
    if ((latest.get(credential.secretId)?.atMs ?? -Infinity) >= atMs) continue;
    latest.set(credential.secretId, {
      workspace_id: workspaceId,
      key_id: credential.id,
      secret_id: credential.secretId,
      at: timeText(atMs),
      atMs,
      address,
      agent: userAgent?.slice(0, 512).replaceAll("\0", "\uFFFD") ?? null,
    });
  }
  return [...latest.values()];
}
