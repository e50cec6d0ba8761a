import { Pool } from "undici";
import { z } from "zod";

/** Two nodes, by their API origins, and a key that may write rules and ask. */
export interface FlipScene {
  writer: string;
  asker: string;
  secret: string;
}

export interface Flips {
  /** From a change's answer on one node until the first decision on the other that was made under it, in milliseconds. */
  latenciesMs: number[];
  /** Decisions that were asked for meanwhile, each compared with what its version holds. */
  decisions: number;
  /** Those that no single version explains. */
  inconsistent: string[];
}

const Named = z.object({ id: z.string() });
const Changed = z.object({ version: z.number() });
const Decided = z.object({
  rulesetVersion: z.number(),
  verdict: z.string(),
  rules: z.array(z.string()),
  reason: z.string(),
});

const names = ["tick", "tock"] as const;
const loops = 16;

/**
 * Swaps two rules of a cell on one node, detaching one and attaching the other in one version, while the other node is
 * asked without pause. Under any one version exactly one of them allows the call; both, none, or the wrong one for the
 * version that the decision names would be half a change.
 */
export async function flipRules(
  scene: FlipScene,
  size: { changes: number; decisions: number },
): Promise<Flips> {
  const ask = asking(scene.secret);
  const writer = (method: "POST" | "PUT", path: string, body: object) =>
    ask(scene.writer, { method, path, body });
  const slug = `flips-${Date.now()}`;
  await writer("POST", "/services", { slug, upstream: "http://127.0.0.1:9", defaultVerdict: "deny" });
  const credential = Named.parse((await writer("POST", "/keys", { name: slug })).key).id;
  const ids: string[] = [];
  for (const name of names) {
    const rule = {
      name: `${slug} ${name}`,
      effect: "allow",
      reason: { code: name.toUpperCase() },
      attachments: [],
    };
    ids.push(Named.parse(await writer("POST", "/rules", rule)).id);
  }
  const swap = async (change: number) => {
    const [attach, detach] = [ids[change % 2], ids[(change + 1) % 2]];
    const cell = { credential, service: slug, attach: [attach], detach: change === 0 ? [] : [detach] };
    return Changed.parse(await writer("PUT", "/matrix/cells", cell)).version;
  };
  const holding = new Map([[await swap(0), 0]]);
  const seen: z.output<typeof Decided>[] = [];
  let newest = 0;
  let over = false;
  const question = { service: slug, method: "GET", path: "/x", credential };
  const load = Array.from({ length: loops }, async () => {
    while (!over || seen.length < size.decisions) {
      const decided = Decided.parse(
        await ask(scene.asker, { method: "POST", path: "/authorize", body: question }),
      );
      seen.push(decided);
      newest = Math.max(newest, decided.rulesetVersion);
    }
  });
  const latenciesMs: number[] = [];
  await until(() => newest > 0);
  for (let change = 1; change <= size.changes; change += 1) {
    const version = await swap(change);
    holding.set(version, change);
    const from = performance.now();
    await until(() => newest >= version);
    latenciesMs.push(performance.now() - from);
  }
  over = true;
  await Promise.all(load);
  const inconsistent = seen
    .filter(({ rulesetVersion, verdict, rules }) => {
      const change = holding.get(rulesetVersion);
      const wanted = change === undefined ? "no such version" : `${slug} ${names[change % 2]}`;
      return verdict !== "allow" || rules.length !== 1 || rules[0] !== wanted;
    })
    .map((decided) => JSON.stringify(decided));
  return { latenciesMs, decisions: seen.length, inconsistent };
}

/** Looked at every millisecond; after 10 s the change counts as never enforced. */
async function until(condition: () => boolean): Promise<void> {
  const from = performance.now();
  while (!condition()) {
    if (performance.now() - from > 10_000)
      throw new Error("A change was not enforced on the other node in 10 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function asking(secret: string) {
  const pools = new Map<string, Pool>();
  return async (
    origin: string,
    { method, path, body }: { method: "POST" | "PUT"; path: string; body: object },
  ): Promise<Record<string, unknown>> => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: loops + 1 });
    pools.set(origin, pool);
    const answer = await pool.request({
      method,
      path: `/api/v1${path}`,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const read: unknown = await answer.body.json();
    if (answer.statusCode >= 300 || typeof read !== "object" || read === null)
      throw new Error(`${method} ${path}: ${answer.statusCode} ${JSON.stringify(read)}`);
    return { ...read };
  };
}
