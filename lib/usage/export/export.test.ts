import { expect, test } from "vitest";
import { z } from "zod";
import { db } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { countQueries } from "@/lib/testing/servers/count-queries";
import { exportResponse, exportUsage } from "@/lib/usage/export/export-usage";
import { bucketAt, csvField, csvHeader } from "@/lib/usage/export/format";
import { UsageExport } from "@/lib/usage/question";

const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const Line = z.object({ key: z.string().nullable(), calls: z.number(), at: z.string() });

/** Distinct splits, so that each is a line. */
async function withLines(workspaceId: string, lines: number, customerId: string | null = null) {
  await insertBatch(
    Array.from({ length: lines }, (_, index) =>
      decisionRecord(workspaceId, {
        atMs: hour + 1 - (index % 3) * 3_600_000,
        route: `/v1/things/${index}`,
        credential: { id: "key_x", secretId: "s", name: "x", prefix: "lk_live", customerId },
      }),
    ),
  );
}

const asked = (question: z.input<typeof UsageExport>) => UsageExport.parse(question);

test.each([
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@x", "'@x"],
  ["\tx", "'\tx"],
  ["\r=x", `"'\r=x"`],
  ["a,b", `"a,b"`],
  ['say "hi"', `"say ""hi"""`],
  ["two\r\nlines", `"two\r\nlines"`],
  ["plain = not at the begin", "plain = not at the begin"],
  [-5, "-5"],
  [null, ""],
])("the field %j is written as %j", (value, written) => {
  expect(csvField(value)).toBe(written);
});

const responseOf = (exported: Parameters<typeof exportResponse>[0]) =>
  exportResponse(exported, { incoming: undefined });

test("a quantile is the bucket of the ⌈q·n⌉-th call", () => {
  expect(bucketAt([], 0.5)).toBe(null);
  expect(bucketAt([0, 0], 0.5)).toBe(null);
  expect(bucketAt([1, 1, 1, 1], 0.5)).toBe(1);
  expect(bucketAt([0, 19, 1], 0.95)).toBe(1);
  expect(bucketAt([0, 18, 2], 0.95)).toBe(2);
});

test("an export over many pages has every line once, oldest first, and its calls add up", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  await withLines(workspaceId, 2_700);
  const from = new Date(hour - 5 * 3_600_000).toISOString();
  const exported = await exportUsage(owner, asked({ format: "ndjson", from }));
  const text = await responseOf(exported).text();
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => Line.parse(JSON.parse(line)));
  expect(new Set(text.trimEnd().split("\n")).size).toBe(2_700);
  expect(lines.reduce((sum, { calls }) => sum + calls, 0)).toBe(2_700);
  expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).toSorted());
  const csv = await responseOf(await exportUsage(owner, asked({ from }))).text();
  expect(csv.startsWith(csvHeader)).toBe(true);
  expect(csv.trimEnd().split("\r\n")).toHaveLength(2_701);
});

test("an empty export is a header, and a time that is not kept is refused before anything is sent", async () => {
  const { owner } = await createTestWorkspace();
  expect(await responseOf(await exportUsage(owner, asked({ range: "24h" }))).text()).toBe(csvHeader);
  await expect(
    exportUsage(owner, asked({ from: "2020-01-01T00:00:00Z", interval: "minute" })),
  ).rejects.toMatchObject({ kind: "invalid" });
});

test("no page is read before the last was taken, and none after the client left", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  await withLines(workspaceId, 3_300);
  const started = await exportUsage(owner, asked({ range: "24h", format: "ndjson" }));
  const pages = countQueries("usage_per_hour");
  const reader = responseOf(started).body?.getReader();
  await reader?.read();
  expect(pages()).toBe(0);
  await reader?.read();
  expect(pages()).toBe(1);
  await reader?.cancel();
  expect((await started.chunks.next()).done).toBe(true);
  expect(pages()).toBe(1);
});

test("a customer's caller exports that customer's calls only, and another workspace's are not there", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  await db().customer.create({ data: { workspaceId, id: "cus_a", externalId: "a", name: "A" } });
  await withLines(workspaceId, 3, "cus_a");
  await withLines(workspaceId, 4, "cus_b");
  const count = async (actor: typeof owner, question: z.input<typeof UsageExport> = {}) =>
    (await responseOf(await exportUsage(actor, asked({ range: "24h", ...question }))).text())
      .trimEnd()
      .split("\r\n").length - 1;
  expect(await count(owner)).toBe(7);
  expect(await count(owner, { customer: "a" })).toBe(3);
  expect(await count({ ...owner, customerId: "cus_a" })).toBe(3);
  expect(await count({ ...owner, customerId: "cus_a" }, { customer: "cus_b" })).toBe(0);
  const stranger = await createTestWorkspace();
  expect(await count(stranger.owner)).toBe(0);
});
