import os from "node:os";
import { env } from "@/lib/env";
import { processState } from "@/lib/process/state";

/** Gives this thread the name of its process's node. */
export function nameNode(name: string): void {
  processState("node-name", () => name);
}

/** What this process calls itself in records. */
export function nodeName(): string {
  return processState("node-name", () => env().NODE_NAME ?? `${os.hostname()}-${process.pid}`.slice(-64));
}
