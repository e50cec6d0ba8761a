import { api, gateway, keyId, step, type Answer, type Step } from "@/lib/demo/ask";
import type { DemoFile } from "@/lib/demo/demo-file";

const list = "/acme/invoices/v1/invoices";

/** A plan of two calls an hour: what it lets through, what it refuses, and that usage counts exactly these calls. */
export async function usageSteps(demo: DemoFile): Promise<Step[]> {
  const plan = `check-${Date.now().toString(36)}`;
  const rateLimits = [{ limit: 2, windowSeconds: 3_600 }];
  await api(demo, { method: "POST", path: "/plans", body: { name: plan, rateLimits } });
  const made = await api(demo, {
    method: "POST",
    path: "/keys",
    body: { name: plan, plan, scopes: ["read:invoices"] },
  });
  const key = String(made.body.secret);
  const first = await gateway(demo, { path: list, key });
  const denied = await gateway(demo, { path: list, key, method: "POST" });
  const second = await gateway(demo, { path: list, key });
  const third = await gateway(demo, { path: list, key });
  const usage = await usageOf(demo, { id: keyId(made), calls: 4 });
  await api(demo, { method: "POST", path: `/keys/${keyId(made)}/revoke`, body: { reason: "checked" } });
  await api(demo, { method: "PATCH", path: `/keys/${keyId(made)}`, body: { plan: null } });
  await api(demo, { method: "DELETE", path: `/plans/${plan}` });
  return [
    step("a call within its plan's limit", first, { status: 200, rule: "invoices-read" }),
    step("a call that no rule allows", denied, { status: 403, rule: "DEFAULT_DENY" }),
    step("one more within the limit, since a denied call takes nothing", second, { status: 200 }),
    step("a call beyond its plan's limit", third, { status: 429, rule: "RATE_LIMITED" }),
    { name: "usage equals the calls made", held: usage === expected, saw: usage },
  ];
}

const expected = "2 ok, 1 limited, 1 denied, 0 error";

/** Waits until as many calls are counted, for ten seconds at most. */
async function usageOf(demo: DemoFile, { id, calls }: { id: string; calls: number }): Promise<string> {
  const until = Date.now() + 10_000;
  for (;;) {
    const totals = totalsOf(await api(demo, { method: "GET", path: `/keys/${id}/usage?range=24h` }));
    if (Number(totals.requests) >= calls || Date.now() > until)
      return outcomes.map((outcome) => `${String(totals[outcome])} ${outcome}`).join(", ");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const outcomes = ["ok", "limited", "denied", "error"];

function totalsOf({ body: { totals } }: Answer): Record<string, unknown> {
  return typeof totals === "object" && totals !== null ? { ...totals } : {};
}
