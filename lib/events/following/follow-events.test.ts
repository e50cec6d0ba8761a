import { afterEach, expect, test } from "vitest";
import { requireScope, type Actor, type PortalSessionActor } from "@/lib/api/actor";
import { audit } from "@/lib/events/trail/audit";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { emitEvent } from "@/lib/events/emit";
import { followEvents, type FollowingEvents } from "@/lib/events/following/follow-events";
import { placesOf } from "@/lib/events/following/resume-id";
import { recordDecision } from "@/lib/events/recording/record";
import { flushRecords } from "@/lib/events/recording/start";
import { CloudEvent, type EventFilters } from "@/lib/events/schema";
import { newestEvents } from "@/lib/events/store/list-events";
import { reachOf, reaches } from "@/lib/events/store/reach";
import { decisionRecord } from "@/lib/testing/decision-record";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const gone: AbortController[] = [];
afterEach(() => {
  for (const each of gone.splice(0)) each.abort();
});

interface Told {
  event: CloudEvent;
  id: string;
}

/** A client that reads until it has seen enough, or until it leaves. */
function follow(actor: Actor, given: Partial<FollowingEvents> & { resume?: string } = {}) {
  const leaving = new AbortController();
  gone.push(leaving);
  const { resume, ...rest } = given;
  const parts = followEvents(actor, {
    filters: {},
    format: "sse",
    after: resume === undefined ? null : placesOf(resume),
    last: 0,
    authenticateAgain: () => Promise.resolve(actor),
    signal: leaving.signal,
    ...rest,
  });
  let text = "";
  return {
    leave: () => leaving.abort(),
    text: () => text,
    events: () => told(text),
    /** The newest id that was told, also by a position. */
    resume: () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1],
    async until(enough: (text: string) => boolean) {
      while (!enough(text)) {
        const next = await parts.next();
        if (next.done === true) return;
        text += next.value.map((part) => Buffer.from(part).toString()).join("");
      }
    },
    close: () => parts.return(undefined),
  };
}

function told(text: string): Told[] {
  return [...text.matchAll(/^id: (.*)\ndata: (.*)$/gm)].map(([, id = "", data = ""]) => ({
    id,
    event: CloudEvent.parse(JSON.parse(data)),
  }));
}

async function emitSome(workspaceId: string, count: number): Promise<string[]> {
  const subjects = Array.from({ length: count }, () => newId("key"));
  await Promise.all(
    subjects.map((subject) =>
      db().$transaction((tx) =>
        emitEvent(tx, {
          workspaceId,
          type: "key.unflagged",
          subject,
          data: { kind: "calls", since: "2026-01-01T00:00:00Z", until: "2026-01-01T00:05:00Z" },
        }),
      ),
    ),
  );
  return subjects;
}

async function auditSome(actor: Actor, count: number): Promise<string[]> {
  const subjects = Array.from({ length: count }, () => newId("rule"));
  for (const subject of subjects)
    await db().$transaction((tx) => audit(tx, actor, { action: "rules.create", subject }));
  return subjects;
}

async function decideSome(workspaceId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const record = decisionRecord(workspaceId, {
      ...(index % 2 === 0
        ? {}
        : {
            roleCheck: {
              key: { id: "key_a", name: "a" },
              scope: "verify:keys",
              endpoint: "POST /api/v1/keys/verify",
              granted: true,
            },
          }),
    });
    recordDecision(record);
    ids.push(record.id, ...(index % 2 === 0 ? [] : [`${record.id}-role`]));
    if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return ids;
}

test("a reader that reconnects again and again while events, calls and changes are written misses none and gets none twice", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const start = follow(owner);
  await start.until((text) => text.includes("id: "));
  let resume = start.resume();
  await start.close();
  const writing = Promise.all([
    emitSome(workspaceId, 60),
    auditSome(owner, 40),
    decideSome(workspaceId, 100),
  ]);
  let written: Set<string> | null = null;
  void writing.then((all) => (written = new Set(all.flat())));
  const seen: string[] = [];
  let reconnects = 0;
  const nameOf = ({ event }: Told) =>
    event.type.startsWith("decision.") || event.type.startsWith("role-check.")
      ? event.id
      : (event.subject ?? "");
  while (written === null || seen.length < 250) {
    const reader = follow(owner, resume === undefined ? {} : { resume });
    await reader.until((text) => told(text).length > 0);
    // It leaves after a few, whatever more was told: what it did not take it must get again.
    const taken = reader.events().slice(0, 10);
    seen.push(...taken.map(nameOf));
    resume = taken.at(-1)?.id;
    await reader.close();
    reconnects += 1;
  }
  expect(reconnects).toBeGreaterThanOrEqual(25);
  expect(seen).toHaveLength(new Set(seen).size);
  expect(new Set(seen)).toEqual(written);
});

test("a reader gets what is behind its id and then what comes, and a line's resume is the same as an id", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const first = follow(owner);
  await first.until((text) => text.includes("id: "));
  const before = await emitSome(workspaceId, 3);
  await first.until((text) => told(text).length === 3);
  const [one] = first.events();
  const lines = follow(owner, { format: "ndjson", resume: one?.id ?? "" });
  const after = emitSome(workspaceId, 1);
  await lines.until((text) => text.trim().split("\n").length === 3);
  const rows = lines
    .text()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(new Set(rows.map(({ subject }) => subject))).toEqual(
    new Set([...before.filter((subject) => subject !== one?.event.subject), ...(await after)]),
  );
  expect(rows[0].resume).toBe(first.events()[1]?.id);
});

test("the newest few are told first where a reader asks for them, oldest of them first", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  for (let index = 0; index < 4; index += 1) await emitSome(workspaceId, 1);
  const reader = follow(owner, { last: 3, filters: { type: "key.*" } });
  await reader.until((text) => text.includes("id: "));
  const subjects = [...reader.text().matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? "").time,
  );
  expect(subjects).toHaveLength(3);
  expect(subjects).toEqual([...subjects].sort());
});

test("a reader sees the types whose scopes it holds, of its own workspace; one without read:events nothing", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const issued = await issueKey(owner, { scopes: ["read:events", "read:keys"] });
  const reader = follow(callerOf(workspaceId, issued));
  await reader.until((text) => text.includes("id: "));
  await auditSome(owner, 1);
  await emitSome(other.workspaceId, 1);
  const [subject] = await emitSome(workspaceId, 1);
  await reader.until((text) => told(text).length > 0);
  expect(reader.events().map(({ event }) => event.subject)).toEqual([subject]);
  const nobody = callerOf(workspaceId, await issueKey(owner, { scopes: ["read:keys"] }));
  expect(() => follow(nobody)).toThrow(/read:events/);
});

test("someone bound to a customer is told of its own keys' changes, and not who of the provider made them", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), name: "Acme", externalId: "acme" },
  });
  const session: PortalSessionActor = {
    kind: "portalSession",
    workspaceId,
    sessionId: "ses_a",
    customerId: customer.id,
    subject: null,
    scopes: ["read:events", "read:audit"],
    address: null,
  };
  const reader = follow(session);
  await reader.until((text) => text.includes("id: "));
  await issueKey(owner, {});
  const { key } = await issueKey(owner, { customer: customer.id });
  await reader.until((text) => told(text).length > 0);
  const events = reader.events().map(({ event }) => event);
  expect(events).toMatchObject([
    { type: "keys.create", subject: key.id, customer: customer.id, data: { actor: { kind: "provider" } } },
  ]);
  expect(reader.text()).not.toContain(owner.kind === "session" ? owner.email : "none");
});

test("a stream ends with its reason when the right to one of its types ends", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const actor = callerOf(workspaceId, await issueKey(owner, { scopes: ["read:events", "read:keys"] }));
  const { bus } = await import("@/lib/bus/bus");
  const reader = follow(actor, { authenticateAgain: async () => ({ ...actor, scopes: ["read:events"] }) });
  await reader.until((text) => text.includes("id: "));
  const secretIds: string[] = [];
  await bus().publish({ kind: "key-changed", workspaceId, keyId: actor.keyId, secretIds, generation: 2 });
  await reader.until(() => false);
  expect(reader.text()).toContain('event: end\ndata: {"reason":');
  expect(() => requireScope(actor, "read:events")).not.toThrow();
});

test("a live event passes a filter exactly when the list shows it", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  await emitSome(workspaceId, 3);
  await auditSome(owner, 3);
  const { key } = await issueKey(owner, {});
  await decideSome(workspaceId, 4);
  recordDecision(
    decisionRecord(workspaceId, {
      credential: { id: key.id, secretId: "s", name: "k", prefix: "lk", customerId: "cus_x" },
    }),
  );
  expect(await flushRecords()).toBe(true);
  const all = (await newestEvents(reachOf(owner, {}), { before: null, limit: 1_000 })).events;
  const middle = all[Math.floor(all.length / 2)]?.at ?? "";
  for (const filters of [
    { type: "decision.*" },
    { type: "role-check.granted" },
    { subject: key.id },
    { credential: key.id },
    { customer: "cus_x" },
    { from: middle },
    { to: middle },
    { type: "keys.*", subject: key.id },
    { type: "key.unflagged", from: middle },
    { bound: "cus_x" },
    { bound: "cus_y" },
  ]) {
    const { bound, ...asked }: EventFilters & { bound?: string | undefined } = filters;
    const reach = { ...reachOf(owner, asked), bound: bound ?? null };
    const listed = (await newestEvents(reach, { before: null, limit: 1_000 })).events.map(({ id }) => id);
    expect({ filters, ids: all.filter((event) => reaches(reach, event)).map(({ id }) => id) }).toEqual({
      filters,
      ids: listed,
    });
  }
});
