import { allRecorded } from "@/bench/recorded";
import { compare, roundsOf, type Load, type Result } from "@/bench/measure";
import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createRole } from "@/lib/roles/create";
import { startCerbos } from "@/lib/testing/oracles/cerbos";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

const rounds = roundsOf(5);
const seconds = 5;

/**
 * One question over HTTP, about a todo and an editor who owns it: our AuthZEN evaluation, with the caller's key checked,
 * the subject looked up and every answer recorded, against Cerbos with the same five rules and all attributes handed to it.
 */
export async function benchAuthzen(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const cerbos = await startCerbos({ todo: cerbosPolicy });
  const server = await startServer({ mount: "built", environment: { LISTEN: "api" } });
  try {
    const ours = await prepare(server);
    const settled = () => allRecorded(server.portal);
    const headers = { "content-type": "application/json" };
    const other: Load = {
      url: `${cerbos.origin}/api/check/resources`,
      method: "POST",
      headers,
      body: JSON.stringify(cerbosQuestion),
    };
    const sameStandard: Load = {
      ...other,
      url: `${cerbos.origin}/access/v1/evaluation`,
      body: JSON.stringify(suppliedQuestion),
    };
    const check = await compare({ ours, other, rounds, seconds, settled });
    const standard = await compare({ ours, other: sameStandard, rounds: roundsOf(3), seconds, settled });
    return {
      title: "AuthZEN",
      note: "One evaluation over HTTP by five rules. Ours: the caller's key is checked, the subject resolved to its key, the decision recorded on the disk before the answer; embedded database. Cerbos: the npm binary, no caller, no records, attributes handed over. 32 connections, in turn.",
      rows: [
        { what: "AuthZEN evaluation", unit: "answers/s", spread: check.ours },
        { what: "Cerbos /api/check/resources", unit: "answers/s", spread: check.other },
        { what: "evaluation ÷ Cerbos", unit: "×", spread: check.ratio, bar: { atLeast: 2.5 } },
        { what: "99th percentile, evaluation", unit: "ms", spread: check.oursP99 },
        { what: "99th percentile, Cerbos", unit: "ms", spread: check.otherP99 },
        { what: "Cerbos' own AuthZEN evaluation", unit: "answers/s", spread: standard.other },
        { what: "evaluation ÷ Cerbos' own AuthZEN evaluation", unit: "×", spread: standard.ratio },
      ],
    };
  } finally {
    cerbos.stop();
    await server.stop();
    removeData(server);
  }
}

const action = "can_update_todo";
const resource = { type: "todo", id: "1", properties: { ownerID: "morty@the-citadel.com" } };
const person = { roles: ["editor"], email: "morty@the-citadel.com" };

const cerbosQuestion = {
  requestId: "bench",
  principal: { id: "morty", roles: person.roles, attr: { email: person.email } },
  resources: [
    { resource: { kind: resource.type, id: resource.id, attr: resource.properties }, actions: [action] },
  ],
};

/** Cerbos takes a subject's roles from this property of it. */
const suppliedQuestion = {
  subject: { type: "user", id: "morty", properties: { "cerbos.roles": person.roles, email: person.email } },
  action: { name: action },
  resource,
};

const allowedTo = (actions: string[], roles: string[]) => ({ actions, roles, effect: "EFFECT_ALLOW" });
const cerbosPolicy = {
  apiVersion: "api.cerbos.dev/v1",
  resourcePolicy: {
    resource: "todo",
    version: "default",
    rules: [
      allowedTo(["can_read_user", "can_read_todos"], ["*"]),
      allowedTo(["can_create_todo"], ["admin", "editor"]),
      allowedTo(["can_update_todo"], ["evil_genius"]),
      allowedTo(["can_delete_todo"], ["admin"]),
      {
        ...allowedTo(["can_update_todo", "can_delete_todo"], ["editor"]),
        condition: { match: { expr: "R.attr.ownerID == P.attr.email" } },
      },
    ],
  },
};

const holding = (...roles: string[]) => ({ "properties.roles": roles.map((contains) => ({ contains })) });
const rules = [
  { name: "Everyone reads", when: { action: { name: ["can_read_user", "can_read_todos"] } } },
  {
    name: "Admins and editors create",
    when: { action: { name: "can_create_todo" }, subject: holding("admin", "editor") },
  },
  {
    name: "Evil geniuses update",
    when: { action: { name: "can_update_todo" }, subject: holding("evil_genius") },
  },
  { name: "Admins delete", when: { action: { name: "can_delete_todo" }, subject: holding("admin") } },
  {
    name: "Editors change their own",
    when: { action: { name: ["can_update_todo", "can_delete_todo"] }, subject: holding("editor") },
    expr: "resource.properties.ownerID == subject.properties.email",
  },
];

/** A caller, the subject as a key, and the rules by HTTP, so that nothing of the server runs in this process; then our question. */
async function prepare(server: TestServer): Promise<Load> {
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system } = await createTestWorkspace();
  const scopes = ["verify:keys", "create:rules"];
  const caller = await createKey(system, CreateKey.parse({ name: "caller", scopes }));
  await createRole(system, { name: "editor", description: "", scopes: [] });
  const { roles, email } = person;
  await createKey(
    system,
    CreateKey.parse({ name: "Morty", externalId: "morty", roles, metadata: { email } }),
  );
  await disconnectDatabase();
  const headers = { "content-type": "application/json", authorization: `Bearer ${caller.secret}` };
  for (const rule of rules) {
    const body = JSON.stringify({ ...rule, effect: "allow", attachments: [{}] });
    const stored = await fetch(`${server.portal}/api/v1/rules`, { method: "POST", headers, body });
    if (!stored.ok) throw new Error(`A rule was refused: ${await stored.text()}`);
  }
  return {
    url: `${server.portal}/access/v1/evaluation`,
    method: "POST",
    headers,
    body: JSON.stringify({ subject: { type: "user", id: "morty" }, action: { name: action }, resource }),
  };
}
