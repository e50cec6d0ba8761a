/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `npm run check` checks types; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@electric-sql/pglite",
    "@electric-sql/pglite-socket",
    "pg",
    "ioredis",
    "pino",
    "bcryptjs",
    "re2js",
    "undici",
    "@prisma/client",
    "@prisma/adapter-pg",
    "@prisma/schema-engine-wasm",
  ],
  async rewrites() {
    return [
      { source: "/access/v1/:path*", destination: "/api/access/v1/:path*" },
      { source: "/.well-known/:path*", destination: "/api/.well-known/:path*" },
      { source: "/openapi.json", destination: "/api/openapi.json" },
      { source: "/healthz", destination: "/api/healthz" },
      { source: "/readyz", destination: "/api/readyz" },
      { source: "/metrics", destination: "/api/metrics" },
    ];
  },
};
