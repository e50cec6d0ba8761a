import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { freePort } from "@/lib/process/listeners/free-port";
import {
  comparators,
  joined,
  writeRule,
  type Dialect,
  type Quantifier,
} from "@/lib/testing/oracles/write-rule";
import type { AbstractPolicy, AbstractRequest, Leaf, Literal, Operator } from "@/lib/testing/oracles/policy";

const entities = { subject: "P.attr", resource: "R.attr", context: "R.attr.context" } as const;

const dialect: Dialect<string> = {
  all: (parts) => joined(parts, "&&"),
  any: (parts) => joined(parts, "||"),
  not: (part) => `!(${part})`,
  compare: (leaf, operator) => compare(nameOf(leaf), operator),
  compareList: (leaf, operators, quantifier) => compareList(nameOf(leaf), operators, quantifier),
};

function compareList(value: string, operators: readonly Operator[], quantifier: Quantifier): string {
  const items = operators.map((operator) =>
    operator.name === "contains" ? `${literal(operator.right)} in ${value}` : compare("item", operator),
  );
  const each = items.join(" && ");
  return quantifier === "any"
    ? `${value}.exists(item, ${each})`
    : `(size(${value}) > 0 && ${value}.all(item, ${each}))`;
}

function nameOf({ entity, attribute }: Leaf): string {
  return `${entities[entity]}.${attribute}`;
}

function compare(value: string, { name, right }: Operator): string {
  switch (name) {
    case "equals":
      // With `== true` inside `&&`, Cerbos takes tens of milliseconds to compile a rule.
      if (typeof right === "boolean") return right ? value : `!${value}`;
      return `${value} == ${literal(right)}`;
    case "in":
      return `${value} in [${right.map(literal).join(", ")}]`;
    case "prefix":
      return `${value}.startsWith(${literal(right)})`;
    case "suffix":
      return `${value}.endsWith(${literal(right)})`;
    case "contains":
      return `${value}.contains(${literal(right)})`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return `${value} ${comparators[name]} ${literal(right)}`;
  }
}

/** JSON's numbers reach CEL as doubles. */
function literal(value: Literal): string {
  return typeof value === "number" ? value.toFixed(1) : JSON.stringify(value);
}

/** The policy in Cerbos' own language, as JSON, which YAML includes. */
export function asCerbos(kind: string, policy: AbstractPolicy): unknown {
  const rules = policy.map((rule) => {
    const expr = writeRule(rule, dialect);
    return {
      actions: rule.actions ?? ["*"],
      effect: rule.effect === "allow" ? "EFFECT_ALLOW" : "EFFECT_DENY",
      roles: ["*"],
      ...(expr === null ? {} : { condition: { match: { expr } } }),
    };
  });
  return {
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: { resource: kind, version: "default", rules },
  };
}

/** A running Cerbos. */
export interface Cerbos {
  origin: string;
  stop(): void;
}

/** Starts the real binary on loopback with these policy documents and nothing of the network, and waits until it answers. */
export async function startCerbos(documents: Readonly<Record<string, unknown>>): Promise<Cerbos> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-cerbos-"));
  const policies = path.join(directory, "policies");
  mkdirSync(policies);
  for (const [name, document] of Object.entries(documents))
    writeFileSync(path.join(policies, `${name}.json`), JSON.stringify(document));
  const [http, grpc] = [await freePort(), await freePort()];
  const settings = {
    server: {
      httpListenAddr: `127.0.0.1:${http}`,
      grpcListenAddr: `127.0.0.1:${grpc}`,
      requestLimits: { maxActionsPerResource: 50, maxResourcesPerRequest: 500 },
    },
    telemetry: { disabled: true },
    storage: { driver: "disk", disk: { directory: policies, watchForChanges: false } },
  };
  const file = path.join(directory, "cerbos.json");
  writeFileSync(file, JSON.stringify(settings));
  const child = spawn(cerbosBinary(), ["server", "--config", file, "--log-level", "error"], {
    env: { ...process.env, HOME: directory, CERBOS_NO_TELEMETRY: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const stop = () => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  const origin = `http://127.0.0.1:${http}`;
  const until = Date.now() + 120_000;
  while ((await fetch(`${origin}/_cerbos/health`).catch(() => null))?.ok !== true) {
    if (child.exitCode !== null || Date.now() > until) {
      stop();
      throw new Error(`Cerbos did not start:\n${printed.join("")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { origin, stop };
}

function cerbosBinary(): string {
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `The Cerbos binary (${name}) is not installed, so rules cannot be compared with Cerbos here. It comes from npm for linux-x64.`,
    );
  }
}

const Checked = z.object({
  results: z.array(
    z.object({ actions: z.record(z.string(), z.enum(["EFFECT_ALLOW", "EFFECT_DENY", "EFFECT_NO_MATCH"])) }),
  ),
});

/** Cerbos' verdicts on requests of one subject, each on the policy of its kind. */
export async function askCerbos(
  { origin }: Cerbos,
  subject: AbstractRequest["subject"],
  asked: readonly { kind: string; request: AbstractRequest }[],
): Promise<boolean[]> {
  const answer = await fetch(`${origin}/api/check/resources`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      requestId: "oracle",
      principal: { id: subject.id, roles: ["user"], attr: subject.properties },
      resources: asked.map(({ kind, request: { action, resource, context } }) => ({
        resource: { kind, id: resource.id, attr: { ...resource.properties, context } },
        actions: [action],
      })),
    }),
  });
  if (!answer.ok) throw new Error(`Cerbos answered ${answer.status}: ${await answer.text()}`);
  const { results } = Checked.parse(await answer.json());
  return results.map(({ actions }) => Object.values(actions)[0] === "EFFECT_ALLOW");
}
