// Runs PGlite off the main thread and serves it on a unix socket, so `pg` and Prisma reach it like a server.
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { keepStatementsWhole } from "./whole-statements.mjs";

const { directory, socketPath } = workerData;
const database = await PGlite.create(directory === null ? {} : { dataDir: directory });
await database.exec("SET TIME ZONE 'UTC'");
const server = new PGLiteSocketServer({
  db: keepStatementsWhole(database),
  path: socketPath,
  maxConnections: 64,
});
await server.start();
parentPort.postMessage({ kind: "ready" });

parentPort.on("message", async (message) => {
  if (message.kind !== "stop") return;
  await server.stop();
  await database.close();
  parentPort.postMessage({ kind: "stopped" });
  process.exit(0);
});
