import { EnvironmentError, env } from "@/lib/env";
import { DataDirectoryInUse } from "@/lib/db/data-directory-lock";
import { DatabaseTooNew } from "@/lib/db/migrate";
import { WrongSecret } from "@/lib/db/open";
import { startProcess } from "@/lib/process/start";

/** Reads the environment, opens state, starts the listeners; stops gracefully on SIGTERM and SIGINT. */
try {
  const running = await startProcess(env());
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void running.stop(signal));
} catch (error) {
  const expected = [EnvironmentError, DataDirectoryInUse, DatabaseTooNew, WrongSecret].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(
    `${expected && error instanceof Error ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
