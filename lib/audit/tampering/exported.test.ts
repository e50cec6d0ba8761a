import { spawnSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "@/lib/audit/chain/digest";
import { currentKey } from "@/lib/audit/chain/heads/head";
import { headText, keyIdOf } from "@/lib/audit/chain/heads/head-text";
import { linkHash } from "@/lib/audit/chain/place";
import { exportAudit } from "@/lib/audit/file/export";
import { AuditLine, endText, type EntryLine } from "@/lib/audit/file/format";
import { verifyFile } from "@/lib/audit/file/verify-file";
import { pickFrom } from "@/lib/audit/tampering/pick";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const entries = 330;
const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-audit-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let workspace: TestWorkspace;
let whole: AuditLine[];
let wholeText: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  await db().$transaction(
    async (tx) => {
      for (let index = 0; index < entries; index += 1)
        await audit(tx, workspace.owner, {
          action: "keys.update",
          subject: `key_${index}`,
          detail: { index },
        });
    },
    { timeout: 60_000 },
  );
  wholeText = await exported({});
  whole = linesOf(wholeText);
});

async function exported(question: { from?: string; to?: string }): Promise<string> {
  const { chunks } = await exportAudit(workspace.owner, question);
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

function linesOf(text: string): AuditLine[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => AuditLine.parse(JSON.parse(line)));
}

function fileOf(lines: readonly AuditLine[]): string {
  const file = path.join(directory, "export.ndjson");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}

function entryAt(lines: readonly AuditLine[], index: number): EntryLine {
  const entry = lines.filter((line) => line.kind === "entry")[index];
  if (entry === undefined) throw new Error(`no entry ${index}`);
  return entry;
}

/** Computes every hash anew from an entry on; the signed places stay as they are. */
function rehash(lines: AuditLine[], from: number): void {
  let previous = "";
  for (const [index, entry] of lines.filter((line) => line.kind === "entry").entries()) {
    entry.position = index + 1;
    if (index >= from) entry.hash = linkHash(previous, index + 1, entry.digest);
    previous = entry.hash;
  }
}

type Tamper = (lines: AuditLine[], pick: (below: number) => number) => number;

const edits: Record<string, (entry: EntryLine) => void> = {
  at: (entry) => void (entry.at = "2020-01-01T00:00:00.000Z"),
  actor: (entry) => void (entry.actor = { kind: "system", id: "system", label: "Latchkey" }),
  action: (entry) => void (entry.action = "keys.read"),
  subject: (entry) => void (entry.subject = null),
  detail: (entry) => void (entry.detail = {}),
  address: (entry) => void (entry.address = null),
  count: (entry) => void (entry.count = 7),
  id: (entry) => void (entry.id = "aud_other"),
  digest: (entry) => void (entry.digest = "0".repeat(64)),
  hash: (entry) => void (entry.hash = "0".repeat(64)),
  position: (entry) => void (entry.position += 1_000),
  workspace: (entry) => void (entry.workspace = "wsp_other"),
  erasedAt: (entry) => void (entry.erasedAt = "2026-01-01T00:00:00.000Z"),
};

const tampers: Record<string, Tamper> = {
  ...Object.fromEntries(
    Object.entries(edits).map(([field, change]): [string, Tamper] => [
      `edit of ${field}`,
      (lines, pick) => {
        const index = pick(entries);
        change(entryAt(lines, index));
        return index + 1;
      },
    ]),
  ),
  "a deleted line": (lines, pick) => {
    const index = pick(entries);
    lines.splice(lines.indexOf(entryAt(lines, index)), 1);
    return index + 1;
  },
  "two swapped lines": (lines, pick) => {
    const index = pick(entries - 1);
    const at = lines.indexOf(entryAt(lines, index));
    const [line] = lines.splice(at, 1);
    if (line !== undefined) lines.splice(at + 1, 0, line);
    return index + 1;
  },
  "a line inserted": (lines, pick) => {
    const index = pick(entries);
    const entry = entryAt(lines, index);
    lines.splice(lines.indexOf(entry), 0, { ...entry, id: "aud_forged" });
    return index + 1;
  },
  "a truncated file": (lines, pick) => {
    const index = pick(entries);
    lines.splice(lines.indexOf(entryAt(lines, index)));
    return index + 1;
  },
  "the last entries cut out": (lines, pick) => {
    const index = entries - 1 - pick(20);
    lines.splice(lines.indexOf(entryAt(lines, index)), entries - index);
    return index + 1;
  },
  "the first entries cut off": (lines, pick) => {
    const index = 1 + pick(80);
    const { position, hash } = entryAt(lines, index - 1);
    lines.splice(1, index);
    const [start] = lines;
    if (start?.kind === "start") start.after = { position, hash };
    return 1;
  },
  "one entry rewritten and rehashed": (lines, pick) => {
    const index = pick(entries);
    const entry = entryAt(lines, index);
    entry.detail = { rewritten: true };
    entry.digest = digestOf({ ...entry, actor: entry.actor, detail: entry.detail });
    const previous = index === 0 ? "" : entryAt(lines, index - 1).hash;
    entry.hash = linkHash(previous, index + 1, entry.digest);
    return index + 1;
  },
  "one entry rewritten, the whole tail rehashed": (lines, pick) => {
    const index = pick(entries);
    const entry = entryAt(lines, index);
    entry.detail = { rewritten: true };
    entry.digest = digestOf({ ...entry, actor: entry.actor, detail: entry.detail });
    rehash(lines, index);
    return index + 1;
  },
  "the same, and the last line moved along": (lines, pick) => {
    const place = tampers["one entry rewritten, the whole tail rehashed"]?.(lines, pick) ?? 0;
    const end = lines.at(-1);
    const { position, hash } = entryAt(lines, entries - 1);
    if (end?.kind === "end") end.last = { position, hash };
    return place;
  },
};

const names = Object.keys(tampers);
const rounds = Array.from({ length: 200 }, (_, round) => ({
  round,
  name: names[round % names.length] ?? "",
}));

test("the file as it was exported holds", async () => {
  expect(whole.map((line) => `${JSON.stringify(line)}\n`).join("")).toBe(wholeText);
  expect(await verifyFile(fileOf(whole), { publicKey: currentKey().publicKey })).toMatchObject({
    ok: true,
    entries,
    problems: [],
    last: { position: entries },
  });
});

test.each(rounds)("round $round: $name is found and located", async ({ round, name }) => {
  const lines = structuredClone(whole);
  const place = tampers[name]?.(lines, pickFrom(round)) ?? 0;
  const { ok, problems } = await verifyFile(fileOf(lines), { publicKey: currentKey().publicKey });
  expect(ok).toBe(false);
  expect({
    place,
    problems: problems.filter((one) => one.position <= place && one.until >= place),
  }).not.toEqual({
    place,
    problems: [],
  });
  expect(problems[0]?.position ?? 0).toBeGreaterThan(place - 101);
});

test("a file rewritten and signed throughout with another key is refused by the key that is known", async () => {
  const lines = structuredClone(whole);
  const pair = generateKeyPairSync("ed25519");
  const publicKey = pair.publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const secret = createPrivateKey(pair.privateKey.export({ format: "pem", type: "pkcs8" }));
  const signed = (text: string) => sign(null, Buffer.from(text), secret).toString("base64");
  for (const line of lines) {
    if (line.kind === "start") line.publicKey = publicKey;
    if (line.kind === "head")
      Object.assign(line.head, { key: keyIdOf(publicKey), signature: signed(headText(line.head)) });
    if (line.kind === "end")
      Object.assign(line, {
        key: keyIdOf(publicKey),
        signature: signed(endText(workspace.workspaceId, line)),
      });
  }
  const { ok, problems } = await verifyFile(fileOf(lines), { publicKey: currentKey().publicKey });
  expect(ok).toBe(false);
  expect(problems.map(({ kind }) => kind)).toContain("bad-head");
});

function runCli(...args: string[]) {
  const run = spawnSync(process.execPath, ["--import", "tsx", "lib/audit/cli.ts", ...args], {
    encoding: "utf8",
  });
  return { status: run.status, said: run.stdout + run.stderr };
}

test("the command verifies without server, database or secret, says where it breaks, and exits 0, 1 or 2", () => {
  const last = entryAt(whole, entries - 1);
  const { publicKey } = currentKey();
  const good = runCli(fileOf(whole), "--key", publicKey, "--head", `${last.position}:${last.hash}`);
  expect(good).toMatchObject({ status: 0 });
  expect(good.said).toContain(`The chain holds: ${entries} entries, places 1 to ${entries}.`);
  const other = runCli(fileOf(whole), "--head", `${last.position}:${"0".repeat(64)}`);
  expect(other).toMatchObject({ status: 1 });
  expect(other.said).toContain("The given head saw another hash");
  const lines = structuredClone(whole);
  entryAt(lines, 41).subject = "key_other";
  const bad = runCli(fileOf(lines));
  expect(bad).toMatchObject({ status: 1 });
  expect(bad.said).toContain("place 42 (aud_");
  expect(runCli("/nowhere/at-all").status).toBe(2);
  expect(runCli().said).toContain("Usage:");
});

test("the command says of a file that is no export that nobody is known to have signed it", () => {
  const file = path.join(directory, "foreign.txt");
  writeFileSync(file, '{"name":"something else"}\n');
  expect(runCli(file)).toEqual({
    status: 1,
    said: [
      "place 1: edited. Line 1 is not a line of an export.",
      "place 1: truncated. The last line, which signs the file, is missing.",
      "The file names no key that can be read, so nobody is known to have signed it.",
      "The chain does not hold: no entries.",
      "",
    ].join("\n"),
  });
});

test("an export of a stretch of time holds by itself, and one of no entries too", async () => {
  const at = (index: number) => entryAt(whole, index).at;
  const text = await exported({ from: at(100), to: at(200) });
  const found = await verifyFile(fileOf(linesOf(text)), { publicKey: currentKey().publicKey });
  expect(found).toMatchObject({ ok: true, workspace: workspace.workspaceId });
  expect(found.entries).toBeGreaterThan(0);
  expect(found.entries).toBeLessThan(entries);
  const none = await verifyFile(fileOf(linesOf(await exported({ from: "2100-01-01T00:00:00Z" }))), {});
  expect(none).toMatchObject({ ok: true, entries: 0 });
});
