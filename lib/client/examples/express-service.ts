import express from "express";
import { createLatchkey } from "latchkey/client";
import { requireKey } from "latchkey/client/express";

const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.LATCHKEY_KEY ?? "",
});

const app = express();
// Whose X-Forwarded-For counts; without it request.ip is the next hop.
app.set("trust proxy", "loopback");
app.get("/healthz", (_request, response) => void response.send("ok"));
app.get("/invoices", requireKey({ latchkey, scopes: ["read:invoices"] }), (_request, response) => {
  const { name } = response.locals.caller;
  response.json({ invoices: [], for: name });
});
app.post(
  "/invoices",
  requireKey({ latchkey, scopes: "write:invoices or admin:invoices", cost: 5 }),
  (_request, response) => void response.status(201).json({ made: true }),
);
app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
