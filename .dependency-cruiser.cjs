/** Who may import whom. Every rule is an error; `lib/architecture/import-rules.test.ts` plants a violation of each. */
const pure =
  "^lib/[^/]+/(schema|format|decide|canonical|prepare|catalogue|grant)\\.ts$|^lib/matrix/matrix\\.ts$" +
  "|^lib/[^/]+/[^/]+/schema\\.ts$|^components/charts/prepare\\.ts$" +
  "|^lib/rules/(verdict/(compile|decide|explain|ruleset)|writing/(check|json-schema)|sentence)\\.ts$|^lib/rules/language/[^/.]+\\.ts$" +
  "|^lib/rules/language/[^/.]+/[^/.]+\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "nothing-imports-app", severity: "error", from: { pathNot: "^app/" }, to: { path: "^app/" } },
    {
      name: "components-see-no-secrets",
      comment: "components → lib/client, lib/*/schema and pure files; tests never reach a browser",
      severity: "error",
      from: { path: "^components/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^lib/", pathNot: ["^lib/client/", pure] },
    },
    {
      name: "pure-files-do-no-io",
      severity: "error",
      from: { path: pure },
      to: {
        path: [
          "^lib/",
          "^node:",
          "^(fs|net|http|https|crypto|child_process|worker_threads|dns|tls|path|os)$",
          "node_modules/(pg|ioredis|undici|pino|hono|@hono|@prisma|next|bcryptjs)/",
        ],
        pathNot: [pure, "node_modules/(zod|re2js|ipaddr\\.js)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-db-constructs-prisma",
      comment: "types from the generated client are fine; its constructor is not",
      severity: "error",
      from: { pathNot: "^lib/db/" },
      to: {
        path: "^lib/db/generated/|node_modules/@prisma/(client|adapter-pg)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "no-tests-in-production",
      severity: "error",
      from: { pathNot: "\\.test\\.tsx?$|^lib/testing/|^e2e/|^prisma/|^bench/" },
      to: { path: "\\.test\\.tsx?$|^lib/testing/|^e2e/|^bench/" },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(cloudflare:|bun:)" },
    },
    {
      name: "not-to-dev-dep",
      severity: "error",
      from: {
        path: "^(app|components|lib|server\\.ts)",
        pathNot: "\\.test\\.tsx?$|^lib/testing/|^lib/client/examples/",
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|lib/db/generated/.*\\.wasm)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
