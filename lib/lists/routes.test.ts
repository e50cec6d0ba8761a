import { expect, test } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test.each(["/events", "/decisions", "/logs", "/audit", "/audit/export"])(
  "%s names a moment that the database cannot hold as wrong",
  async (path) => {
    const { owner } = await createTestWorkspace();
    const scopes = ["read:events", "read:decisions", "read:logs", "read:audit"];
    const call = apiClient((await issueKey(owner, { scopes })).secret);
    for (const moment of [
      "0000-01-01T00:00:00Z",
      "0001-01-01T00:00:00+14:00",
      "9999-12-31T23:59:59-01:00",
      "2026-01-01T00:00:00+16:00",
      "2026-01-01T00:00:00-23:59",
      "2026-01-01",
    ])
      for (const field of ["from", "to"]) {
        const answer = await call("GET", `${path}?${field}=${encodeURIComponent(moment)}`);
        expect([moment, answer.status, answer.body.errors]).toMatchObject([moment, 422, [{ path: field }]]);
      }
    for (const moment of ["0001-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+15:59"])
      expect((await call("GET", `${path}?from=${encodeURIComponent(moment)}`)).status).toBe(200);
  },
);
