import { beforeEach, expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { decisionRecord } from "@/lib/testing/decision-record";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { listKeyFlags } from "@/lib/usage/flags/read-flags";
import { watchKeys } from "@/lib/usage/flags/watch-keys";
import { overview } from "@/lib/usage/overview/overview";

const minuteMs = 60_000;
const now = Math.floor(Date.now() / minuteMs) * minuteMs;

let workspace: TestWorkspace;
let keyId: string;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  keyId = (await issueKey(workspace.owner, { name: "importer" })).key.id;
  await sql().query("delete from installation where name = 'keys-looked-at'");
});

interface Stretch {
  fromMinutesAgo: number;
  minutes: number;
  perMinute: number;
  denied?: number;
}

/** Calls of the key, the same every minute but for one more every third. */
async function calls({ fromMinutesAgo, minutes, perMinute, denied = 0 }: Stretch): Promise<void> {
  const credential = { id: keyId, secretId: "s", name: "importer", prefix: "lk_live", customerId: null };
  const made = Array.from({ length: minutes }, (_, index) => {
    const atMs = now - (fromMinutesAgo - index) * minuteMs;
    const count = perMinute + (index % 3 === 0 ? 1 : 0);
    return [
      decisionRecord(workspace.workspaceId, { credential, atMs, count }),
      ...(denied === 0
        ? []
        : [
            decisionRecord(workspace.workspaceId, {
              credential,
              atMs,
              count: denied,
              verdict: "deny",
              status: 403,
            }),
          ]),
    ];
  });
  await insertBatch(made.flat());
}

const twoDays = { fromMinutesAgo: 2_880, minutes: 2_880 };
const lookAt = (minutesLater: number) => watchKeys(new Date(now + minutesLater * minuteMs + 31_000));
const flags = async () => (await listKeyFlags(workspace.owner, { keyId, limit: 25 })).items;
const told = async () =>
  (await db().event.findMany({ where: { workspaceId: workspace.workspaceId }, orderBy: { seq: "asc" } })).map(
    ({ type, subject }) => ({ type, subject }),
  );

test("a key that is called five times as often is flagged within ten minutes, told of once, shown, and unflagged half an hour after", async () => {
  await calls({ ...twoDays, perMinute: 20 });
  await lookAt(0);
  expect(await flags()).toEqual([]);
  await calls({ fromMinutesAgo: 0, minutes: 15, perMinute: 100 });
  let flaggedAfter = 0;
  for (let minute = 1; minute <= 15; minute += 1) {
    const look = await lookAt(minute);
    if (look?.flagged === 1) flaggedAfter = minute;
  }
  expect(flaggedAfter).toBeGreaterThan(0);
  expect(flaggedAfter).toBeLessThanOrEqual(10);
  expect(await flags()).toMatchObject([
    {
      kind: "calls",
      until: null,
      test: "negative-binomial",
      windowMinutes: 10,
      expected: expect.closeTo(203, -1),
    },
  ]);
  const { attention } = await overview(workspace.owner, { range: "24h" });
  expect(attention).toMatchObject([{ kind: "key-flagged", keyId, flag: "calls" }]);
  await calls({ fromMinutesAgo: -15, minutes: 45, perMinute: 20 });
  for (let minute = 16; minute <= 60; minute += 1) await lookAt(minute);
  expect(await flags()).toMatchObject([{ kind: "calls", until: expect.any(String) }]);
  expect(await told()).toEqual([
    { type: "key.flagged", subject: keyId },
    { type: "key.unflagged", subject: keyId },
  ]);
  expect((await overview(workspace.owner, { range: "24h" })).attention).toEqual([]);
});

test("a key that is denied more often than ever is flagged for that, with the reason in words", async () => {
  await calls({ ...twoDays, perMinute: 20, denied: 1 });
  await calls({ fromMinutesAgo: 0, minutes: 10, perMinute: 20, denied: 12 });
  await lookAt(10);
  const [flag, ...others] = await flags();
  expect(others).toEqual([]);
  expect(flag).toMatchObject({ kind: "denials", test: "beta-binomial", seen: 120 });
  expect(flag?.reason).toMatch(/^120 denied calls in 10 minutes, where 1\d are usual\.$/);
});

test("a flagged time is no history, so that the same again is flagged again", async () => {
  await calls({ ...twoDays, perMinute: 20 });
  await calls({ fromMinutesAgo: 0, minutes: 10, perMinute: 120 });
  await lookAt(10);
  for (let minute = 11; minute <= 60; minute += 1) await lookAt(minute);
  expect(await flags()).toMatchObject([{ until: expect.any(String) }]);
  await calls({ fromMinutesAgo: -200, minutes: 10, perMinute: 120 });
  await lookAt(210);
  expect(await flags()).toHaveLength(2);
});

test("two nodes look at a minute once between them, and a new key is not flagged", async () => {
  await calls({ fromMinutesAgo: 100, minutes: 100, perMinute: 20 });
  await calls({ fromMinutesAgo: 0, minutes: 10, perMinute: 500 });
  const looks = await Promise.all([lookAt(10), lookAt(10), lookAt(10)]);
  expect(looks.filter((look) => look !== null)).toHaveLength(1);
  expect(await flags()).toEqual([]);
});

test("flags are of keys that the caller may see", async () => {
  const stranger = await createTestWorkspace();
  await expect(listKeyFlags(stranger.owner, { keyId, limit: 25 })).rejects.toMatchObject({
    kind: "not-found",
  });
  await expect(
    listKeyFlags({ ...workspace.owner, customerId: "cus_x" }, { keyId, limit: 25 }),
  ).rejects.toMatchObject({ kind: "not-found" });
});
