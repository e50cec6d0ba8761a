import { Hono } from "hono";
import { afterEach, expect, test, vi } from "vitest";
import type { ApiEnv } from "@/lib/api/router";
import { appliedEverywhere } from "@/lib/nodes/applied";
import { awaitApplied } from "@/lib/nodes/await-applied";
import { createTestWorkspace } from "@/lib/testing/workspace";

vi.mock(import("@/lib/nodes/applied"), async (original) => {
  const real = await original();
  return { ...real, appliedEverywhere: vi.fn(real.appliedEverywhere) };
});

afterEach(() => vi.clearAllMocks());

async function written(query: string) {
  const { owner } = await createTestWorkspace();
  const app = new Hono<ApiEnv>()
    .use((c, next) => {
      c.set("actor", owner);
      return next();
    })
    .use(awaitApplied)
    .post("/", (c) => c.json({ stored: true }, 201));
  const answer = await app.request(`/${query}`, { method: "POST" });
  return { status: answer.status, applied: answer.headers.get("latchkey-applied") };
}

test("a write that is stored is answered as stored, though nobody can say where it is applied", async () => {
  vi.mocked(appliedEverywhere).mockRejectedValueOnce(new Error("the database is away"));
  expect(await written("?wait=applied")).toEqual({ status: 201, applied: "unknown" });
});

test("a write that does not ask to wait does not", async () => {
  expect(await written("")).toEqual({ status: 201, applied: null });
  expect(await written("?wait=applied")).toMatchObject({ applied: expect.stringMatching(/^all; version=0/) });
});
