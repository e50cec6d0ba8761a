import { expect, test } from "vitest";
import { metricsText } from "@/lib/api/health/metrics-text";
import type { Health } from "@/lib/api/health/read-health";

const well: Health = {
  database: true,
  bus: true,
  limiter: { counts: "process", up: true, outage: "local", since: null },
  recording: { pending: 0, lagMs: 0, spoolBytes: 0, inherited: 0, dropped: 0, damaged: 0, lastError: null },
  spoolBytesMax: 1_073_741_824,
  refusesCalls: null,
};

/** Values by name; throws for a line that Prometheus' text format does not know. */
function valuesIn(text: string): Record<string, number> {
  const values: Record<string, number> = {};
  const blocks = text.matchAll(/# HELP (\w+) [^\n]+\n# TYPE (\w+) (gauge|counter)\n(\w+) (-?[\d.e+]+)\n/g);
  let read = 0;
  for (const [block, helped = "", typed, , name, value] of blocks) {
    expect([typed, name]).toEqual([helped, helped]);
    values[helped] = Number(value);
    read += block.length;
  }
  expect(read).toBe(text.length);
  return values;
}

const metrics = (health: Health) => valuesIn(metricsText(health, { memoryBytes: 5e8, cpuSeconds: 1.25 }));

test("what waits, for how long, what the spool takes of its room and what was lost are numbers of their own", () => {
  const recording = {
    pending: 40,
    lagMs: 2_500,
    spoolBytes: 9_000,
    inherited: 2,
    dropped: 3,
    damaged: 4,
    lastError: "no",
  };
  expect(metrics({ ...well, recording, refusesCalls: "full", database: false })).toEqual({
    latchkey_database_up: 0,
    latchkey_bus_up: 1,
    latchkey_limiter_up: 1,
    latchkey_calls_refused: 1,
    latchkey_records_waiting: 40,
    latchkey_records_waiting_seconds: 2.5,
    latchkey_records_failing: 1,
    latchkey_records_lost_total: 3,
    latchkey_spool_damaged_total: 4,
    latchkey_spool_bytes: 9_000,
    latchkey_spool_limit_bytes: 1_073_741_824,
    latchkey_spools_inherited: 2,
    process_resident_memory_bytes: 5e8,
    process_cpu_seconds_total: 1.25,
  });
});

test("what is not known yet is left out, and nothing is wrong with a process that is well", () => {
  const values = metrics({ ...well, recording: { ...well.recording, inherited: null } });
  expect(values).not.toHaveProperty("latchkey_spools_inherited");
  expect(values).toMatchObject({
    latchkey_calls_refused: 0,
    latchkey_records_failing: 0,
    latchkey_bus_up: 1,
  });
});
