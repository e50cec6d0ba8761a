import { beforeAll, expect, test } from "vitest";
import { signNewest } from "@/lib/audit/sign-heads";
import { pickFrom } from "@/lib/audit/tampering/pick";
import { readState, writeState, type ChainState } from "@/lib/audit/tampering/chain-state";
import { tamperings, type Tampering } from "@/lib/audit/tampering/tamperings";
import { verifyChain } from "@/lib/audit/verify";
import { db } from "@/lib/db/client";
import type { AuditAction } from "@/lib/events/catalogue";
import { audit } from "@/lib/events/trail/audit";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const entries = 300;
/** Entries between two signed places. */
const signedEvery = 25;

let workspace: TestWorkspace;
let whole: ChainState;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  for (let index = 0; index < entries; index += signedEvery) {
    for (let one = 0; one < signedEvery; one += 1) await writeOne(index + one);
    expect((await signNewest(workspace.workspaceId)).problems).toEqual([]);
  }
  whole = await readState(workspace.workspaceId);
});

function writeOne(index: number): Promise<void> {
  const detail = { index, before: { name: `n${index}`, limits: [1, 2.5] }, after: { name: "é\u2028" } };
  const action: AuditAction = index % 3 === 0 ? "keys.update" : "rules.update";
  const entry = { action, subject: `key_${index}`, detail };
  return db().$transaction((tx) => audit(tx, index % 2 === 0 ? workspace.owner : workspace.system, entry));
}

const rounds = Array.from({ length: 200 }, (_, round): { round: number; tampering: Tampering } => ({
  round,
  tampering: tamperings[round % tamperings.length] ?? { name: "none", apply: () => 0 },
}));

test("the chain as it was written holds", async () => {
  const answer = await verifyChain(workspace.workspaceId, null);
  expect(answer).toMatchObject({ ok: true, entries, problems: [], head: { position: entries } });
});

test.each(rounds)("round $round: $tampering.name is found and located", async ({ round, tampering }) => {
  const state = structuredClone(whole);
  const place = tampering.apply(state, pickFrom(round));
  await writeState(state);
  const { ok, problems, head } = await verifyChain(workspace.workspaceId, null);
  await writeState(whole);
  expect({ ok, head }).toEqual({ ok: false, head: null });
  expect(problems.filter(({ position, until }) => position <= place && until >= place)).not.toEqual([]);
  const first = problems[0]?.position ?? 0;
  expect(first).toBeGreaterThan(place - signedEvery - 1);
  expect((await verifyChain(workspace.workspaceId, null)).ok).toBe(true);
});
