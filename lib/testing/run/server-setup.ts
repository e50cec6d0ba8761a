import type { TestProject } from "vitest/node";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";

declare module "vitest" {
  interface ProvidedContext {
    apiOrigin: string;
    /** Null under the Next mount, which has no gateway. */
    gatewayOrigin: string | null;
    /** `host:port`; null under the Next mount, which has no gRPC listener. */
    grpcAddress: string | null;
    apiMount: "server" | "next";
  }
}

/** The process that every routes.test.ts talks to: API_MOUNT says which mount, TEST_POSTGRES_URL which database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const mount = process.env.API_MOUNT === "next" ? "next" : "server";
  const postgres = process.env.TEST_POSTGRES_URL;
  const database = postgres === undefined ? null : await createPostgresDatabase(postgres);
  const environment = mount === "server" ? { LISTEN: "api,gateway,grpc", HOOKIO_COMPAT: "on" } : {};
  const server = await startServer({
    mount,
    environment,
    ...(database === null ? {} : { databaseUrl: database.url }),
  });
  project.provide("apiOrigin", server.portal);
  project.provide("gatewayOrigin", mount === "server" ? server.gateway : null);
  project.provide("grpcAddress", mount === "server" ? server.grpc : null);
  project.provide("apiMount", mount);
  project.provide("databaseUrl", server.databaseUrl);
  return async () => {
    const code = await server.stop();
    removeData(server);
    await database?.drop();
    // Next's own server ends by the signal that it was sent.
    if (code !== 0 && !(mount === "next" && code === 143))
      throw new Error(`The server under test ended with ${code}:\n${server.output()}`);
  };
}
