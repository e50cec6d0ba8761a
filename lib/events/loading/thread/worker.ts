import { parentPort, workerData } from "node:worker_threads";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { loadSpools } from "@/lib/events/loading/load-spools";
import type {
  LoadingAnswer,
  LoadingRequest,
  LoadingThreadData,
} from "@/lib/events/loading/thread/worker-messages";
import { nameNode } from "@/lib/process/node-name";

/** The loading thread: what loading costs is not taken from the thread that answers calls. */
const port = parentPort;
if (port === null) throw new Error("This is the entry of a worker thread");
const tell = (answer: LoadingAnswer) => port.postMessage(answer);
const data: LoadingThreadData = workerData;
const busy = new Int32Array(data.busy);
let live: readonly string[] = [];

nameNode(data.nodeName);
connectDatabase(data.databaseUrl, 2);
const { root, directory, bytesMax, dropsOldest } = data;
const loading = loadSpools({
  root,
  directory,
  bytesMax,
  dropsOldest,
  live: () => live,
  busy: () => Atomics.load(busy, 0) / 1_000,
  report: (report) => tell({ kind: "report", report }),
});

port.on("message", (request: LoadingRequest) => {
  switch (request.kind) {
    case "wake":
      return loading.wake();
    case "live":
      live = request.workspaceIds;
      return;
    case "flush":
      void loading
        .flush(request.timeoutMs)
        .then((done) => tell({ kind: "flushed", number: request.number, done }));
      return;
    case "stop":
      void stop();
  }
});

async function stop(): Promise<void> {
  await loading.stop();
  await disconnectDatabase();
  tell({ kind: "stopped" });
  port?.close();
}
