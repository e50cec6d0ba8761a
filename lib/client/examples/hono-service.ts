import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createLatchkey } from "latchkey/client";
import { requireKey } from "latchkey/client/hono";

const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.LATCHKEY_KEY ?? "",
});

const app = new Hono()
  .get("/healthz", (c) => c.text("ok"))
  .get("/invoices", requireKey({ latchkey, scopes: ["read:invoices"] }), (c) =>
    c.json({ invoices: [], for: c.var.caller.name }),
  )
  .post(
    "/invoices",
    requireKey({ latchkey, scopes: "write:invoices or admin:invoices", cost: 5, cacheMs: 0 }),
    (c) => c.json({ made: true }, 201),
  );

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: "127.0.0.1" });
