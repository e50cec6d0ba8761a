import { spreadOf, type Result } from "@/bench/measure";
import { type Nodes, percentile99, twoNodes, withAdmin } from "@/bench/two-nodes";
import type { TestServer } from "@/lib/testing/servers/start-server";

const trials = 200;

/** Two nodes on one PostgreSQL and one Redis: a key revoked on one, until the other refuses it. */
export async function benchRevocation(): Promise<Result> {
  return twoNodes(async (nodes, databaseUrl) => {
    const admin = await withAdmin(databaseUrl, ["create:keys", "revoke:keys", "verify:keys"]);
    const warm: number[] = [];
    const inFlight: number[] = [];
    for (let trial = 0; trial < trials; trial += 1) warm.push(await revokeWarm(nodes, admin));
    for (let trial = 0; trial < trials; trial += 1) inFlight.push(await revokeDuringFill(nodes, admin));
    return {
      title: "Revocation across two nodes",
      note: `${trials} trials each, from the answer to the revocation on one node until the first refusal on the other, asked without pause. In flight: the other node was reading the key for the first time while it was revoked.`,
      rows: [
        { what: "warm on the other node", unit: "ms", spread: spreadOf(warm) },
        {
          what: "warm, 99th percentile",
          unit: "ms",
          spread: spreadOf([percentile99(warm)]),
          bar: { atMost: 250 },
        },
        { what: "cache fill in flight", unit: "ms", spread: spreadOf(inFlight) },
        {
          what: "in flight, 99th percentile",
          unit: "ms",
          spread: spreadOf([percentile99(inFlight)]),
          bar: { atMost: 250 },
        },
      ],
    };
  });
}

async function revokeWarm([one, other]: Nodes, admin: string): Promise<number> {
  const { id, secret } = await create(one, admin);
  const first = await verify(other, { admin, secret });
  if (first !== "VALID") throw new Error(`A fresh key was ${first} on the other node`);
  await revoke(one, { admin, id });
  return untilRevoked(other, { admin, secret });
}

async function revokeDuringFill([one, other]: Nodes, admin: string): Promise<number> {
  const { id, secret } = await create(one, admin);
  const fills = Array.from({ length: 4 }, () => verify(other, { admin, secret }));
  await revoke(one, { admin, id });
  const took = await untilRevoked(other, { admin, secret });
  await Promise.all(fills);
  const after = await verify(other, { admin, secret });
  if (after !== "REVOKED") throw new Error(`After a fill that was in flight the key was ${after} again`);
  return took;
}

async function untilRevoked(node: TestServer, call: { admin: string; secret: string }): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < 10_000)
    if ((await verify(node, call)) === "REVOKED") return performance.now() - from;
  throw new Error("A revoked key was still good on the other node after 10 s");
}

async function create(node: TestServer, admin: string): Promise<{ id: string; secret: string }> {
  const made = await ask(node, admin, "/keys", { name: `trial-${performance.now()}` });
  const { key } = made;
  const id = typeof key === "object" && key !== null && "id" in key ? String(key.id) : "";
  return { id, secret: String(made.secret) };
}

const revoke = (node: TestServer, { admin, id }: { admin: string; id: string }) =>
  ask(node, admin, `/keys/${id}/revoke`, { reason: "trial" });

async function verify(
  node: TestServer,
  { admin, secret }: { admin: string; secret: string },
): Promise<string> {
  return String((await ask(node, admin, "/keys/verify", { key: secret })).code);
}

async function ask(
  node: TestServer,
  key: string,
  ...[path, body]: [string, unknown]
): Promise<Record<string, unknown>> {
  const response = await fetch(`${node.portal}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok || typeof answer !== "object" || answer === null)
    throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return { ...answer };
}
