import { expect, inject, test } from "vitest";

const ask = (path: string) => fetch(new URL(path, inject("apiOrigin")));

test("a process that can do its work says so, and how recording stands, as JSON and as numbers to collect", async () => {
  const ready = await ask("/readyz");
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: "ready",
    database: true,
    recording: { pending: expect.any(Number), lagMs: expect.any(Number), dropped: 0 },
    refusesCalls: null,
  });
  const metrics = await ask("/metrics");
  expect(metrics.status).toBe(200);
  expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await metrics.text();
  expect(text).toMatch(/^latchkey_database_up 1$/m);
  expect(text).toMatch(/^latchkey_records_waiting \d+$/m);
  expect(text).toMatch(/^latchkey_records_waiting_seconds [\d.e-]+$/m);
  expect(text).toMatch(/^latchkey_spool_bytes \d+$/m);
  expect(text).toMatch(/^latchkey_records_lost_total 0$/m);
});
