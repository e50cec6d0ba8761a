import { rmSync } from "node:fs";
import { chromiumPath } from "@/lib/testing/chromium";
import { startServer } from "@/lib/testing/servers/start-server";

/** One process for all journeys; each makes a workspace of its own by signing up. */
export default async function setup(): Promise<() => Promise<void>> {
  chromiumPath();
  const server = await startServer({
    mount: "server",
    environment: {
      PORT: process.env.E2E_PORT ?? "23000",
      GATEWAY_PORT: process.env.E2E_GATEWAY_PORT ?? "23100",
      LATCHKEY_DEMO: "on",
    },
  });
  // For journeys that need more rows than can be made over HTTP.
  process.env.E2E_DATABASE_URL = server.databaseUrl;
  return async () => {
    const code = await server.stop();
    rmSync(server.dataDirectory, { recursive: true, force: true });
    if (code !== 0) throw new Error(`The server under test ended with ${code}:\n${server.output()}`);
  };
}
