import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { currentKey } from "@/lib/audit/chain/heads/head";
import { exportAudit } from "@/lib/audit/file/export";
import { signNewest } from "@/lib/audit/sign-heads";
import { readStanding } from "@/lib/audit/standing";
import { verifyAudit } from "@/lib/audit/verify";
import { useSecrets } from "@/lib/crypto/subkey";
import { db, sql } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { processState } from "@/lib/process/state";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** The steps of docs/guides/rotate-the-installation-secret.md, each as the node sees it once it was restarted. */
const newSecret = "n".repeat(40);
const steps = {
  before: { current: testSecret, previous: [] },
  "both accepted": { current: testSecret, previous: [newSecret] },
  "new one in use": { current: newSecret, previous: [testSecret] },
  "old one dropped": { current: newSecret, previous: [] },
};

function restart(step: keyof typeof steps): void {
  useSecrets(steps[step]);
  // A node that starts anew has seen no head yet.
  processState("audit-heads", () => new Map<string, unknown>()).clear();
}

const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-audit-secret-"));
let workspace: TestWorkspace;
let oldKey: string;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  oldKey = currentKey().publicKey;
  await write(5);
  await sign();
});
afterEach(() => restart("before"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await db().$transaction((tx) =>
      audit(tx, workspace.owner, { action: "keys.update", subject: `key_${index}`, detail: { index } }),
    );
}

/** What every node does each 5 s. */
async function sign() {
  const { head, problems } = await signNewest(workspace.workspaceId);
  expect(problems).toEqual([]);
  return { position: head?.position ?? 0, hash: head?.hash ?? "" };
}

const online = (known: { position?: number; hash?: string } = {}) => verifyAudit(workspace.owner, known);

async function exported(name: string): Promise<string> {
  const { chunks } = await exportAudit(workspace.owner, {});
  let text = "";
  for await (const chunk of chunks) text += chunk;
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
}

/** `npm run audit:verify`, in a process that holds no secret. */
function offline(file: string, ...args: string[]) {
  const command = ["--import", "tsx", "lib/audit/cli.ts", file, ...args];
  const env = { NODE_ENV: "test" as const, PATH: process.env.PATH ?? "" };
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8", env });
  return { status, stdout };
}

test("through every step of the rotation the trail verifies, online and offline, and a head of before is still on it", async () => {
  const kept = await sign();
  const before = await exported("before.ndjson");
  for (const step of ["both accepted", "new one in use"] as const) {
    restart(step);
    expect(await online(kept)).toMatchObject({ ok: true, known: "held", problems: [] });
    await write(2);
    await sign();
  }
  const newKey = currentKey().publicKey;
  expect(newKey).not.toBe(oldKey);
  restart("old one dropped");
  expect(await online(kept)).toMatchObject({ ok: true, entries: 9, known: "held", publicKey: newKey });
  expect(await readStanding(workspace.owner)).toMatchObject({ head: { position: 9 }, publicKey: newKey });

  const head = ["--head", `${kept.position}:${kept.hash}`];
  const after = await exported("after.ndjson");
  expect(offline(after, "--key", newKey, ...head)).toMatchObject({ status: 0 });
  expect(offline(before, "--key", oldKey, ...head)).toMatchObject({ status: 0 });
  const other = offline(after, "--key", oldKey, ...head);
  expect(other.status).toBe(1);
  expect(other.stdout).toContain("signature does not hold");
}, 120_000);

test("what is changed among entries of the old secret is found and located after it was dropped", async () => {
  restart("new one in use");
  await sign();
  restart("old one dropped");
  await sql().query(
    `update audit_entry set detail = '{"index": 7}' where workspace_id = $1 and position = 3`,
    [workspace.workspaceId],
  );
  const found = await online();
  expect(found).toMatchObject({ ok: false, head: null, problems: [{ position: 3, kind: "edited" }] });
});

test("a secret dropped before the new one signed is told and nothing is signed; set back, the trail verifies and goes on", async () => {
  restart("old one dropped");
  await write(1);
  const place = { position: 1, until: 6, kind: "unsealed" };
  const message = /secret that is not held/;
  const told = await online();
  expect(told).toMatchObject({ ok: false, head: null, problems: [place] });
  expect(told.problems[0]?.message).toMatch(message);
  expect(await signNewest(workspace.workspaceId)).toMatchObject({ head: null, problems: [place] });
  const file = offline(await exported("dropped.ndjson"), "--key", currentKey().publicKey);
  expect(file.status).toBe(1);
  expect(file.stdout).toMatch(message);

  restart("new one in use");
  await sign();
  restart("old one dropped");
  expect(await online()).toMatchObject({ ok: true, entries: 6, problems: [] });
}, 120_000);
