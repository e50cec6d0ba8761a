/** What stands before the generated paths of `/openapi.json`. */
export const openapiHead = {
  openapi: "3.1.0",
  info: {
    title: "Latchkey",
    version: "1",
    description:
      "Keys, rules, services and decisions of a Latchkey workspace. Failures are RFC 9457 problem documents.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  security: [{ bearer: [] }, { apiKey: [] }],
};

/** How a caller shows who it is. */
export const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "A key's secret" },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "A key's secret" },
} as const;
