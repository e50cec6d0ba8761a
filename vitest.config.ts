import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": path.resolve(import.meta.dirname) };
/** Tests of several processes on one database, which the embedded one does not admit. */
const needingServers = process.env.TEST_POSTGRES_URL === undefined ? ["**/*.postgres.test.ts"] : [];
/** Tests of listeners that Next alone does not open. */
const listeners = "**/*.listener.test.ts";
const exclude = ["node_modules/**", ".next/**", "e2e/**"];

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: 90_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts", "components/**/*.test.ts", "prisma/**/*.test.ts"],
          exclude: [...exclude, "**/routes.test.ts", listeners, ...needingServers],
          globalSetup: "lib/testing/run/database-setup.ts",
          setupFiles: "lib/testing/run/unit-setup.ts",
          pool: "forks",
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "api",
          include: ["lib/**/routes.test.ts", ...(process.env.API_MOUNT === "next" ? [] : [listeners])],
          exclude,
          globalSetup: "lib/testing/run/server-setup.ts",
          setupFiles: "lib/testing/run/api-setup.ts",
          pool: "forks",
          maxWorkers: 2,
        },
      },
    ],
  },
});
