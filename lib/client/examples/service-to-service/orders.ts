import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createLatchkey } from "latchkey/client";
import { requireKey } from "latchkey/client/hono";
import { callService, ownKey } from "./own-key";

const latchkey = createLatchkey({ origin: process.env.LATCHKEY_URL ?? "", key: ownKey });
const orders = new Map<string, { id: string; total: number }>();

/** Takes orders, and asks billing for an invoice of each. Billing may read orders; nobody else may. */
const app = new Hono()
  .post("/orders", async (c) => {
    const order = { id: crypto.randomUUID(), total: 42 };
    orders.set(order.id, order);
    const invoice = await callService(`${process.env.BILLING_URL}/invoices`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ order: order.id }),
    });
    return c.json({ order, invoice: await invoice.json() }, 201);
  })
  .get("/orders/:id", requireKey({ latchkey, scopes: ["read:orders"] }), (c) => {
    const order = orders.get(c.req.param("id"));
    return order === undefined ? c.json({ title: "No such order" }, 404) : c.json(order);
  });

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
