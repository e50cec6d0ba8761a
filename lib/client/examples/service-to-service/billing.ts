import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createLatchkey } from "latchkey/client";
import { requireKey } from "latchkey/client/hono";
import { callService, ownKey } from "./own-key";

const latchkey = createLatchkey({ origin: process.env.LATCHKEY_URL ?? "", key: ownKey });

/** Writes invoices for whoever may, after reading the order from its owner. */
const app = new Hono().post("/invoices", requireKey({ latchkey, scopes: ["write:invoices"] }), async (c) => {
  const { order }: { order: string } = await c.req.json();
  const read = await callService(`${process.env.ORDERS_URL}/orders/${encodeURIComponent(order)}`);
  const { total }: { total: number } = await read.json();
  return c.json({ order, total, writtenFor: c.var.caller.name }, 201);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
