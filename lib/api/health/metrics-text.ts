import type { Health } from "@/lib/api/health/read-health";

/** Prometheus' text format, version 0.0.4. */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** What a metric says, by its name; one whose name ends in `_total` only grows. */
const metrics = {
  latchkey_database_up: "Whether the database answers.",
  latchkey_bus_up: "Whether other nodes' changes are heard at once.",
  latchkey_limiter_up: "Whether limits are counted where they should be.",
  latchkey_calls_refused: "Whether calls are refused with 503, because they could not be recorded.",
  latchkey_records_waiting: "Records that wait for the database.",
  latchkey_records_waiting_seconds: "For how long the oldest of them has waited.",
  latchkey_records_failing: "Whether the last try to store records failed.",
  latchkey_records_lost_total: "Calls whose record was lost since the process started.",
  latchkey_spool_damaged_total: "Places of spools that could not be read since the process started.",
  latchkey_spool_bytes: "What the spool takes on the disk.",
  latchkey_spool_limit_bytes: "From where on the spool is full.",
  latchkey_spools_inherited: "Spools of killed processes that are not loaded yet.",
  process_resident_memory_bytes: "Resident memory.",
  process_cpu_seconds_total: "Processor time, user's and system's.",
} as const;

type Name = keyof typeof metrics;

/** What a process costs. */
export interface ProcessCost {
  memoryBytes: number;
  cpuSeconds: number;
}

/** How a process stands, for a monitoring system to collect; nothing in it names a workspace. */
export function metricsText(health: Health, cost: ProcessCost): string {
  return Object.entries(valuesOf(health, cost))
    .flatMap(([name, value]) => (value === null ? [] : [{ name, value: Number(value) }]))
    .map(({ name, value }) => `${head(name)}${name} ${value}\n`)
    .join("");
}

/** What is not known yet is null. */
function valuesOf(health: Health, cost: ProcessCost): Record<Name, number | boolean | null> {
  const { recording } = health;
  return {
    latchkey_database_up: health.database,
    latchkey_bus_up: health.bus,
    latchkey_limiter_up: health.limiter.up,
    latchkey_calls_refused: health.refusesCalls !== null,
    latchkey_records_waiting: recording.pending,
    latchkey_records_waiting_seconds: recording.lagMs / 1_000,
    latchkey_records_failing: recording.lastError !== null,
    latchkey_records_lost_total: recording.dropped,
    latchkey_spool_damaged_total: recording.damaged,
    latchkey_spool_bytes: recording.spoolBytes,
    latchkey_spool_limit_bytes: health.spoolBytesMax,
    latchkey_spools_inherited: recording.inherited,
    process_resident_memory_bytes: cost.memoryBytes,
    process_cpu_seconds_total: cost.cpuSeconds,
  };
}

const helpOf: Readonly<Record<string, string>> = metrics;

function head(name: string): string {
  const kind = name.endsWith("_total") ? "counter" : "gauge";
  return `# HELP ${name} ${helpOf[name] ?? ""}\n# TYPE ${name} ${kind}\n`;
}
