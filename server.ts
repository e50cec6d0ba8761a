import { env } from "@/lib/env";
import { StartRefused } from "@/lib/process/start-refused";

/** Reads the environment, opens state, starts the listeners; stops gracefully on SIGTERM and SIGINT. */
try {
  const environment = env();
  // Loaded only now: the log, for one, reads the environment as soon as it is imported.
  const { startProcess } = await import("@/lib/process/start");
  const running = await startProcess(environment);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void running.stop(signal));
} catch (error) {
  const words =
    error instanceof Error && !(error instanceof StartRefused)
      ? error.stack
      : error instanceof Error && error.message;
  process.stderr.write(`${words || String(error)}\n`);
  process.exit(1);
}
