import type { DemoFile } from "@/lib/demo/demo-file";
import { api, gateway, keyId, step, text, type Step } from "@/lib/demo/ask";
import { credentialSteps } from "@/lib/demo/steps/credential-steps";
import { usageSteps } from "@/lib/demo/steps/usage-steps";

/**
 * No key, allowed, denied, wrong scope, an edited rule, rotation, revocation; a ceiling, a portal session, a JWT and
 * gRPC; a plan's limit and the usage that it left; then each call in `/decisions`.
 */
export async function mainJob(demo: DemoFile): Promise<Step[]> {
  const steps: Step[] = [];
  await gatewaySteps(demo, steps);
  await verifySteps(demo, steps);
  await ruleSteps(demo, steps);
  await keySteps(demo, steps);
  steps.push(...(await credentialSteps(demo)));
  steps.push(...(await usageSteps(demo)));
  await decisionSteps(demo, steps);
  return steps;
}

async function gatewaySteps(demo: DemoFile, steps: Step[]): Promise<void> {
  const reader = demo.keys["invoices-reader"] ?? "";
  const none = await gateway(demo, { path: "/acme/invoices/v1/invoices", key: null });
  steps.push(step("no key is refused", none, { status: 401 }));
  const allowed = await gateway(demo, { path: "/acme/invoices/v1/invoices", key: reader });
  steps.push({
    ...step("an allowed route answers with the upstream's body", allowed, {
      status: 200,
      rule: "invoices-read",
    }),
    held: allowed.status === 200 && Array.isArray(allowed.body.items),
  });
  const denied = await gateway(demo, { path: "/acme/invoices/v1/invoices", key: reader, method: "POST" });
  steps.push(step("a route that no rule allows is denied", denied, { status: 403, rule: "DEFAULT_DENY" }));
}

async function verifySteps(demo: DemoFile, steps: Step[]): Promise<void> {
  const body = { key: demo.keys["invoices-reader"], scopes: ["admin:users"] };
  const answer = await api(demo, { method: "POST", path: "/keys/verify", body });
  const code = String(answer.body.code);
  steps.push({
    ...step(
      "verify refuses a scope that the key lacks",
      { ...answer, decision: text(answer.body.decision) },
      { status: 200, rule: "INSUFFICIENT_SCOPE" },
    ),
    held: answer.body.valid === false && code === "INSUFFICIENT_SCOPE",
    saw: `${answer.status} ${code}`,
  });
}

async function ruleSteps(demo: DemoFile, steps: Step[]): Promise<void> {
  const name = `check-${Date.now().toString(36)}`;
  const rule = { name, effect: "deny", when: { method: ["GET"], route: "/v1/invoices/{id?}" } };
  const made = await api(demo, {
    method: "POST",
    path: "/rules",
    body: { ...rule, attachments: [{ service: "invoices" }] },
  });
  const { id, version } = made.body;
  const call = { path: "/acme/invoices/v1/invoices/inv_1003", key: demo.keys["invoices-reader"] ?? "" };
  const denied = await gateway(demo, call);
  steps.push(
    step("a rule written through the API denies the next call", denied, { status: 403, rule: name }),
  );
  const edited = { ...rule, when: { method: ["DELETE"] }, attachments: [{ service: "invoices" }], version };
  const edit = await api(demo, { method: "PATCH", path: `/rules/${String(id)}`, body: edited });
  const allowed = await gateway(demo, call);
  const after = step("the same rule edited lets the next call through", allowed, {
    status: 200,
    rule: "invoices-read",
  });
  steps.push({
    ...after,
    held: after.held && edit.status === 200,
    saw: `edit ${edit.status}, call ${allowed.status}`,
  });
  await api(demo, { method: "DELETE", path: `/rules/${String(id)}` });
}

async function keySteps(demo: DemoFile, steps: Step[]): Promise<void> {
  const input = {
    name: `check-${Date.now().toString(36)}`,
    scopes: ["read:invoices"],
    customer: "northwind",
  };
  const made = await api(demo, { method: "POST", path: "/keys", body: input });
  const [id, old] = [keyId(made), String(made.body.secret)];
  const path = "/acme/invoices/v1/invoices";
  const rotated = await api(demo, {
    method: "POST",
    path: `/keys/${id}/rotate`,
    body: { overlapSeconds: 3600 },
  });
  const fresh = String(rotated.body.secret);
  const both = [await gateway(demo, { path, key: old }), await gateway(demo, { path, key: fresh })];
  const [withOld, withNew] = both;
  if (withOld !== undefined)
    steps.push(step("in the overlap the old secret works", withOld, { status: 200, rule: "invoices-read" }));
  if (withNew !== undefined)
    steps.push(step("in the overlap the new secret works", withNew, { status: 200, rule: "invoices-read" }));
  await api(demo, { method: "DELETE", path: `/keys/${id}/rotation` });
  steps.push(
    step("after the overlap ended the old secret is refused", await gateway(demo, { path, key: old }), {
      status: 401,
      rule: "EXPIRED",
    }),
  );
  steps.push(
    step("and the new one still works", await gateway(demo, { path, key: fresh }), {
      status: 200,
      rule: "invoices-read",
    }),
  );
  await api(demo, { method: "POST", path: `/keys/${id}/revoke`, body: { reason: "checked" } });
  steps.push(
    step("a revoked key is refused on the very next call", await gateway(demo, { path, key: fresh }), {
      status: 401,
      rule: "REVOKED",
    }),
  );
}

/** Every call so far must be found, with its rule or reason and its latency. */
async function decisionSteps(demo: DemoFile, steps: Step[]): Promise<void> {
  for (const made of [...steps]) {
    if (made.decision === undefined) continue;
    const found = await decisionOf(demo, made.decision);
    const rules = Array.isArray(found?.rules) ? found.rules.map(String) : [];
    const named = [...rules, String(found?.reason)];
    const micros = latency(found);
    steps.push({
      name: `recorded: ${made.name}`,
      held:
        found !== null && micros > 0 && (made.expectRule === undefined || named.includes(made.expectRule)),
      saw:
        found === null
          ? "not found"
          : `${found.reason === "RULE" ? rules.join(", ") : String(found.reason)}, ${micros} µs`,
    });
  }
}

/** After a restart: the key of the demo works, and the decisions of before are there. */
export async function afterRestart(demo: DemoFile, before: readonly Step[]): Promise<Step[]> {
  const allowed = await gateway(demo, {
    path: "/acme/invoices/v1/invoices",
    key: demo.keys["invoices-reader"] ?? "",
  });
  const ids = before.flatMap((made) => (made.decision === undefined ? [] : [made.decision]));
  const found = await Promise.all(ids.map((id) => decisionOf(demo, id)));
  const there = found.filter((decision) => decision !== null).length;
  return [
    step("after a restart the same key works", allowed, { status: 200 }),
    {
      name: "after a restart every decision is still there",
      held: ids.length > 0 && there === ids.length,
      saw: `${there} of ${ids.length}`,
    },
  ];
}

async function decisionOf(demo: DemoFile, id: string): Promise<Record<string, unknown> | null> {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await api(demo, { method: "GET", path: `/decisions/${id}` });
    if (answer.status === 200) return answer.body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return null;
}

function latency(decision: Record<string, unknown> | null): number {
  const all = decision?.latencyUs;
  return typeof all === "object" && all !== null && "total" in all ? Number(all.total) : 0;
}
