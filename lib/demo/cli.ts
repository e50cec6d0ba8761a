import { readEnvironment } from "@/lib/env";
import { buildIfNeeded } from "@/lib/process/build/build-if-needed";
import { checkDemo } from "@/lib/demo/check";
import { demoEnvironment } from "@/lib/demo/demo-environment";
import { describeDemo } from "@/lib/demo/describe";

/** `npm run demo` starts the demo; `npm run demo -- --check` proves the main job on it and ends with 0 or 1. */
const say = (line: string) => console.log(line);

async function run(): Promise<void> {
  if (process.argv.includes("--check")) {
    process.exitCode = (await checkDemo(say)) ? 0 : 1;
    return;
  }
  Object.assign(process.env, demoEnvironment(process.env));
  readEnvironment(process.env);
  buildIfNeeded(process.cwd(), say);
  // Imported only now, because React and Next read NODE_ENV while they load.
  const { startDemo } = await import("@/lib/demo/start");
  const { demo, running } = await startDemo(say);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void running.stop(signal));
  say(describeDemo(demo));
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
