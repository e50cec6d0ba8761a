import type { LoadingReport } from "@/lib/events/loading/spool-loader";

/** What the loading thread is started with. */
export interface LoadingThreadData {
  databaseUrl: string;
  root: string;
  directory: string;
  nodeName: string;
  bytesMax: number;
  dropsOldest: boolean;
  /** One 32-bit number: how busy the main thread is, in thousandths. */
  busy: SharedArrayBuffer;
}

/** What the main thread asks of the loading thread. */
export type LoadingRequest =
  | { kind: "wake" }
  | { kind: "live"; workspaceIds: string[] }
  | { kind: "flush"; number: number; timeoutMs: number }
  | { kind: "stop" };

/** What the loading thread answers. */
export type LoadingAnswer =
  | { kind: "report"; report: LoadingReport }
  | { kind: "flushed"; number: number; done: boolean }
  | { kind: "stopped" };
