import { api, gateway, keyId, step, text, type Answer, type Step } from "@/lib/demo/ask";
import type { DemoFile } from "@/lib/demo/demo-file";
import { verifyByGrpc } from "@/lib/demo/steps/verify-by-grpc";

const list = "/acme/invoices/v1/invoices";

/** What keys, people and programs of others may: a customer's ceiling, a portal session, a JWT, and gRPC. */
export async function credentialSteps(demo: DemoFile): Promise<Step[]> {
  return [
    ...(await ceilingSteps(demo)),
    ...(await portalSessionSteps(demo)),
    ...(await tokenSteps(demo)),
    await grpcStep(demo),
  ];
}

/** Of a customer of its own, which is removed with its key in the end. */
async function ceilingSteps(demo: DemoFile): Promise<Step[]> {
  const externalId = `check-${Date.now().toString(36)}`;
  const customer = { externalId, name: "Check", scopeCeiling: ["read:invoices"] };
  await api(demo, { method: "POST", path: "/customers", body: customer });
  const key = { name: "under a ceiling", customer: externalId };
  const beyond = await api(demo, {
    method: "POST",
    path: "/keys",
    body: { ...key, scopes: ["write:invoices"] },
  });
  const made = await api(demo, {
    method: "POST",
    path: "/keys",
    body: { ...key, scopes: ["read:invoices"] },
  });
  const secret = String(made.body.secret);
  const before = await gateway(demo, { path: list, key: secret });
  const body = { scopeCeiling: ["read:submissions"] };
  await api(demo, { method: "PATCH", path: `/customers/${externalId}`, body });
  const lowered = await gateway(demo, { path: list, key: secret });
  await api(demo, { method: "DELETE", path: `/customers/${externalId}?revokeKeys=true` });
  const after = await gateway(demo, { path: list, key: secret });
  return [
    said("a key beyond its customer's ceiling is not made", beyond, 422),
    step("a key under the ceiling works", before, { status: 200, rule: "invoices-read" }),
    step("a ceiling that is lowered holds on the next call", lowered, { status: 403, rule: "DEFAULT_DENY" }),
    step("a removed customer's key is refused", after, { status: 401, rule: "REVOKED" }),
  ];
}

/** The token sees its customer's keys and no others, and its code is good once. */
async function portalSessionSteps(demo: DemoFile): Promise<Step[]> {
  const opened = await api(demo, {
    method: "POST",
    path: "/portal-sessions",
    body: { customer: "northwind", capabilities: ["keys:read"], subject: "check" },
  });
  const exchange = { method: "POST", path: "/portal-sessions/exchange", body: { code: opened.body.code } };
  const first = await api(demo, exchange);
  const again = await api(demo, exchange);
  const token = String(first.body.token);
  const keys = await api(demo, { method: "GET", path: "/keys", token });
  const customers = new Set(itemsOf(keys).map((key) => key.customerExternalId));
  const makes = await api(demo, { method: "POST", path: "/keys", token, body: { name: "no" } });
  const id = text(opened.body.id) ?? "";
  await api(demo, { method: "DELETE", path: `/portal-sessions/${id}` });
  const ended = await api(demo, { method: "GET", path: "/keys", token });
  return [
    {
      name: "a portal session sees its customer's keys only",
      held: keys.status === 200 && customers.size === 1 && customers.has("northwind"),
      saw: `${keys.status}, keys of ${[...customers].join(", ")}`,
    },
    said("it may do no more than its capabilities", makes, 403),
    said("its code is good once", again, 401),
    said("once ended it is refused", ended, 401),
  ];
}

async function tokenSteps(demo: DemoFile): Promise<Step[]> {
  const { token } = demo.issuer;
  const [head, payload] = token.split(".");
  const good = await gateway(demo, { path: list, key: token });
  const forged = await gateway(demo, { path: list, key: `${head}.${payload}.${"A".repeat(86)}` });
  return [
    step("a JWT of a registered issuer is a credential", good, { status: 200, rule: "invoices-read" }),
    step("a JWT with a forged signature is refused", forged, { status: 401 }),
  ];
}

/** The key that was made over HTTP, asked about over gRPC, before and after it is revoked. */
async function grpcStep(demo: DemoFile): Promise<Step> {
  const name = `check-grpc-${Date.now().toString(36)}`;
  const made = await api(demo, { method: "POST", path: "/keys", body: { name, scopes: ["read:invoices"] } });
  const question = { key: String(made.body.secret), scopes: ["read:invoices"] };
  const good = await verifyByGrpc(demo, question);
  await api(demo, { method: "POST", path: `/keys/${keyId(made)}/revoke`, body: { reason: "checked" } });
  const revoked = await verifyByGrpc(demo, question);
  return {
    name: "gRPC VerifyKey says valid, and revoked on the next call",
    held: good === "VALID" && revoked === "REVOKED",
    saw: `${good}, ${revoked}`,
  };
}

function itemsOf(answer: Answer): Record<string, unknown>[] {
  const { items } = answer.body;
  return Array.isArray(items) ? items.map((item: unknown) => ({ ...Object(item) })) : [];
}

/** A step of the API, which leaves no decision. */
function said(name: string, answer: Answer, status: number): Step {
  return { name, held: answer.status === status, saw: String(answer.status) };
}
