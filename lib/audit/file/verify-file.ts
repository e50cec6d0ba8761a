import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { digestOf } from "@/lib/audit/chain/digest";
import { ErasureDetail, eraseAction } from "@/lib/audit/chain/erasure-detail";
import type { NewFinding } from "@/lib/audit/chain/walk/finding";
import { headText, keyIdOf, verifyText } from "@/lib/audit/chain/heads/head-text";
import { origin, type Place } from "@/lib/audit/chain/place";
import { createWalk, type Walk } from "@/lib/audit/chain/walk/walk";
import { AuditLine, endText, type EndLine, type EntryLine } from "@/lib/audit/file/format";
import { linesOf } from "@/lib/audit/file/lines";
import type { Finding, SignedHead } from "@/lib/audit/schema";

/** What a verification without the server found. */
export interface FileVerification {
  ok: boolean;
  workspace: string;
  entries: number;
  after: Place;
  last: Place;
  /** Id of the key that the file's signatures are checked with, empty when none can be read. */
  key: string;
  problems: Finding[];
  /** What is not wrong and worth knowing. */
  notes: string[];
}

export interface FileExpectations {
  /** SubjectPublicKeyInfo in Base64; without it the file's own key is believed. */
  publicKey?: string | undefined;
  /** A place that is known from elsewhere. */
  head?: Place | undefined;
}

interface State {
  walk: Walk;
  workspace: string;
  after: Place;
  keyId: string;
  publicKey: KeyObject | null;
  entries: number;
  end: EndLine | null;
  /** Places whose erasure is recorded behind the end of the file. */
  erasedLater: number[];
}

/** Verifies an exported trail in two passes over the file, in memory that grows only with what was erased. */
export async function verifyFile(path: string, expected: FileExpectations): Promise<FileVerification> {
  const remains = await erasuresIn(path);
  const sum = createHash("sha256");
  const state = beginning();
  let held: Buffer | null = null;
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (held !== null) sum.update(held);
    held = Buffer.from(line);
    const parsed = parse(line);
    if (state.end !== null)
      state.walk.add(at(state, { kind: "inserted", message: "Something follows the last line." }));
    else if (parsed === null)
      state.walk.add(at(state, { kind: "edited", message: `Line ${number} is not a line of an export.` }));
    else take(state, parsed, { remains, expected });
  }
  if (state.end === null)
    state.walk.add(
      at(state, { kind: "truncated", message: "The last line, which signs the file, is missing." }),
    );
  else checkEnd(state, state.end, sum.digest("hex"));
  return answer(state, expected);
}

function beginning(): State {
  return {
    walk: createWalk(origin),
    workspace: "",
    after: origin,
    keyId: "",
    publicKey: null,
    entries: 0,
    end: null,
    erasedLater: [],
  };
}

function take(
  state: State,
  line: AuditLine,
  { remains, expected }: { remains: ReadonlyMap<string, string>; expected: FileExpectations },
): void {
  switch (line.kind) {
    case "start":
      state.walk = createWalk(line.after);
      state.after = line.after;
      state.workspace = line.workspace;
      usePublicKey(state, expected.publicKey ?? line.publicKey);
      askKnown(state, expected.head);
      return;
    case "entry":
      takeEntry(state, line, remains);
      askKnown(state, expected.head);
      return;
    case "head":
      takeHead(state, line.head);
      return;
    case "end":
      state.end = line;
      return;
  }
}

function usePublicKey(state: State, publicKey: string): void {
  try {
    state.publicKey = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    state.keyId = keyIdOf(publicKey);
  } catch {
    state.walk.add(at(state, { kind: "bad-head", message: "The public key is not readable." }));
  }
}

function takeEntry(state: State, line: EntryLine, remains: ReadonlyMap<string, string>): void {
  const { position, hash, id, digest } = line;
  const contentDigest = digestOf({ ...line, actor: line.actor ?? null, detail: line.detail ?? null });
  const recorded = remains.get(id);
  if (line.erasedAt !== null && recorded === undefined) state.erasedLater.push(position);
  const erased = line.erasedAt === null ? null : { digest: recorded ?? contentDigest };
  state.entries += 1;
  state.walk.next({ position, hash, id, digest, contentDigest, erased, seal: "unchecked" });
  if (line.workspace !== state.workspace)
    state.walk.add({
      position,
      until: position,
      id,
      kind: "inserted",
      message: "This entry is another workspace's.",
    });
}

function takeHead(state: State, head: SignedHead): void {
  const good =
    state.publicKey !== null &&
    head.workspace === state.workspace &&
    head.key === state.keyId &&
    verifyText(state.publicKey, headText(head), head.signature);
  if (good) state.walk.vouched(head, "A signed head");
  else state.walk.add(at(state, { kind: "bad-head", message: "A signed head is not genuine." }));
}

function askKnown(state: State, head: Place | undefined): void {
  if (head?.position === state.walk.last().position) state.walk.vouched(head, "The given head");
}

/** The last line signs how many entries there are, where they end, and every byte. */
function checkEnd(state: State, end: EndLine, sha256: string): void {
  const { walk } = state;
  for (const problem of end.problems)
    walk.add({ ...problem, id: null, kind: "edited", message: `The server found: ${problem.message}` });
  const good =
    end.signature !== null &&
    state.publicKey !== null &&
    end.key === state.keyId &&
    verifyText(state.publicKey, endText(state.workspace, end), end.signature);
  if (!good) {
    if (end.problems.length === 0)
      walk.add({
        position: walk.vouchedTo() + 1,
        until: Math.max(walk.last().position, walk.vouchedTo() + 1),
        id: null,
        kind: "bad-head",
        message: "The last line's signature does not hold: nobody vouches for these places.",
      });
    return;
  }
  checkBeginning(state, end);
  walk.vouched(end.last, "The last line");
  if (sha256 !== end.sha256) noteErasures(state);
  if (sha256 !== end.sha256 && walk.isSound())
    walk.add({
      position: state.after.position + 1,
      until: walk.last().position,
      id: null,
      kind: "edited",
      message: "The file is not byte for byte what was exported, though every entry holds.",
    });
}

function checkBeginning({ walk, after }: State, { last, entries }: EndLine): void {
  const began = last.position - entries;
  if (after.position > began)
    walk.add({
      position: began + 1,
      until: after.position,
      id: null,
      kind: "missing",
      message: "Entries are missing at the beginning.",
    });
}

/** In a file that was changed nobody vouches for blank entries whose erasure is not in it. */
function noteErasures({ walk, erasedLater }: State): void {
  for (const position of erasedLater.splice(0))
    walk.add({
      position,
      until: position,
      id: null,
      kind: "erased-unrecorded",
      message: "This entry was blanked, and no erasure recorded it so.",
    });
}

function answer(state: State, expected: FileExpectations): FileVerification {
  const { walk, workspace, entries, after, keyId } = state;
  const { head, publicKey } = expected;
  if (!walk.isSound()) noteErasures(state);
  const problems = walk.finish(null);
  const notes = [
    ...(publicKey === undefined ? [signedBy(keyId)] : []),
    ...(head !== undefined && (head.position < after.position || head.position > walk.last().position)
      ? [`The given head is at place ${head.position}, which is not in this file.`]
      : []),
  ];
  return {
    ok: problems.length === 0,
    workspace,
    entries,
    after,
    last: walk.last(),
    key: keyId,
    problems,
    notes,
  };
}

/** Whose signatures the file's own word is taken for. */
function signedBy(keyId: string): string {
  return keyId === ""
    ? "The file names no key that can be read, so nobody is known to have signed it."
    : `Signed by key ${keyId}, which the file itself names: compare it.`;
}

function at({ walk }: State, finding: Pick<Finding, "kind" | "message">): NewFinding {
  return { position: walk.last().position + 1, id: null, ...finding };
}

function parse(line: Buffer): AuditLine | null {
  try {
    return AuditLine.safeParse(JSON.parse(line.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

/** What the erasures in a file recorded: id of the blanked entry → digest of what was left of it. */
async function erasuresIn(path: string): Promise<ReadonlyMap<string, string>> {
  const remains = new Map<string, string>();
  for await (const line of linesOf(path)) {
    if (!line.includes(eraseAction)) continue;
    const entry = parse(line);
    if (entry?.kind !== "entry" || entry.action !== eraseAction) continue;
    for (const { id, digest } of ErasureDetail.safeParse(entry.detail).data?.entries ?? [])
      remains.set(id, digest);
  }
  return remains;
}
