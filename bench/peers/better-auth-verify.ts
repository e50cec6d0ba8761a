import { createServer } from "node:http";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";

/** better-auth's API-key plugin behind Node's own HTTP server, on the database that DATABASE_URL names. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const options = {
  database: pool,
  secret: "a secret of the benchmark, long enough for better-auth",
  baseURL: "http://127.0.0.1",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const { user } = await auth.api.signUpEmail({
  body: { email: `bench-${Date.now()}@example.com`, password: "a long password", name: "Bench" },
});
const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: "bench" } });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    void auth.api.verifyApiKey({ body: { key } }).then((answer) => {
      response
        .writeHead(answer.valid ? 200 : 500, { "content-type": "application/json" })
        .end(JSON.stringify(answer));
    });
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`);
});
