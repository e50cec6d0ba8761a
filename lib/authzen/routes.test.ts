import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const question = {
  subject: { type: "user", id: "nobody" },
  action: { name: "read" },
  resource: { type: "doc", id: "1" },
};

/** A workspace whose rules allow `read` to level 3 and more, and deny it on secret documents. */
async function world() {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.system, { scopes: ["platform:*", "*:*"] });
  const api = apiClient(secret);
  const when = { action: { name: "read" }, subject: { "properties.level": { gte: 3 } } };
  await api("POST", "/rules", { name: "Level 3 reads", effect: "allow", when, attachments: [{}] });
  await api("POST", "/rules", {
    name: "Secrets stay",
    effect: "deny",
    when: { resource: { "properties.secret": true } },
    reason: { code: "SECRET", public: "This document is secret." },
    attachments: [{}],
  });
  return { workspace, secret, api, ask: caller(secret) };
}

/** Asks AuthZEN's endpoints with a key; `body` as it is when it is text. */
function caller(secret: string | null) {
  return async (endpoint: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(`/access/v1/${endpoint}`, inject("apiOrigin")), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : null,
    };
  };
}

const asking = (subject: object, resource: object = {}) => ({
  subject: { ...question.subject, ...subject },
  action: question.action,
  resource: { ...question.resource, ...resource },
});
const level = (value: number) => ({ properties: { level: value } });

let shared: Awaited<ReturnType<typeof world>>;
beforeAll(async () => void (shared = await world()));

describe("who may ask", () => {
  test("without a key 401 with a challenge, with a made-up one too, without verify:keys 403, all as plain text", async () => {
    const { secret: other } = await issueKey(shared.workspace.system, { scopes: ["read:keys"] });
    for (const [key, status] of [
      [null, 401],
      ["lk_live_made_up", 401],
      [other, 403],
    ] as const) {
      for (const endpoint of ["evaluation", "evaluations"]) {
        const answer = await caller(key)(endpoint, question);
        expect(answer.status).toBe(status);
        expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
        expect(answer.text.length).toBeGreaterThan(10);
        expect(answer.headers.has("www-authenticate")).toBe(status === 401);
      }
    }
  });

  test("a key in the body is the caller's as anywhere else, and no part of the question", async () => {
    const body = { ...question, hook_private_key: shared.secret };
    expect((await caller(null)("evaluation", body)).status).toBe(200);
    expect((await caller(shared.secret)("evaluation", body)).status).toBe(200);
    const other = { ...question, hook_private_key: `${shared.secret.slice(0, -1)}-` };
    expect((await caller(shared.secret)("evaluation", other)).status).toBe(400);
  });
});

describe("a question", () => {
  test("is denied by default and allowed by a rule, with the decision's id and code", async () => {
    const denied = await shared.ask("evaluation", asking(level(2)));
    expect(denied.status).toBe(200);
    expect(denied.body).toEqual({
      decision: false,
      context: {
        id: expect.stringMatching(/^evt_/),
        reason: "DEFAULT_DENY",
        reason_admin: { "403": "DEFAULT_DENY" },
      },
    });
    const allowed = await shared.ask("evaluation", asking(level(3)));
    expect(allowed.body).toEqual({
      decision: true,
      context: { id: expect.stringMatching(/^evt_/), reason: "RULE" },
    });
  });

  test("that a rule denies tells the user what the rule lets it, and the admin which rule", async () => {
    const { body } = await shared.ask("evaluation", asking(level(9), { properties: { secret: true } }));
    expect(body.context).toMatchObject({
      reason: "SECRET",
      reason_admin: { "403": "Denied by Secrets stay" },
      reason_user: { "403": "This document is secret." },
    });
  });

  test("with members that the standard does not know is answered as without them", async () => {
    const odd = {
      ...asking({ ...level(3), nick: "x" }),
      extra: [1],
      evaluate: true,
      page: { size: 1 },
      options: { other: 1 },
    };
    expect((await shared.ask("evaluation", odd)).body.decision).toBe(true);
    expect((await shared.ask("evaluations", odd)).body.decision).toBe(true);
  });

  test.each([
    ["no object", "[]"],
    ["no JSON", "{"],
    ["empty", ""],
    ["no subject", { ...question, subject: undefined }],
    ["no action", { ...question, action: undefined }],
    ["no resource", { ...question, resource: undefined }],
    ["a subject without a type", { ...question, subject: { id: "x" } }],
    ["a subject without an id", { ...question, subject: { type: "user" } }],
    ["a number for an id", { ...question, resource: { type: "doc", id: 1 } }],
    ["text for an action", { ...question, action: "read" }],
    ["null for a name", { ...question, action: { name: null } }],
    ["a list of properties", { ...question, subject: { ...question.subject, properties: [] } }],
    ["text for context", { ...question, context: "now" }],
    ["null for context", { ...question, context: null }],
    ["a name twice", JSON.stringify(question).replace(/}$/, ',"action":{"name":"write"}}')],
    [
      "too many levels",
      JSON.stringify({ ...question, context: { a: 0 } }).replace("0", "[".repeat(80) + "]".repeat(80)),
    ],
    ["half a character", JSON.stringify(question).replace("nobody", "\\ud800")],
    ["NUL", JSON.stringify(question).replace("nobody", "\\u0000")],
  ])("with %s is 400 in words, on both endpoints", async (_title, body) => {
    for (const endpoint of ["evaluation", "evaluations"]) {
      const answer = await shared.ask(endpoint, body);
      expect([endpoint, answer.status]).toEqual([endpoint, 400]);
      expect(answer.text).toMatch(/^\S.*\.$/);
    }
  });

  test("of another type than JSON is 400, and one over 1 MiB 413", async () => {
    const text = JSON.stringify(question);
    expect((await shared.ask("evaluation", text, { "content-type": "text/plain" })).status).toBe(400);
    const large = JSON.stringify({ ...question, context: { pad: "x".repeat(1_100_000) } });
    expect((await shared.ask("evaluation", large)).status).toBe(413);
  });

  test("keeps its X-Request-ID through allow, deny and refusal, and gets one if it has none", async () => {
    // Next writes other characters than ASCII into headers anew.
    const headers = { "x-request-id": `bfe9eb29 / my own, ~${inject("apiMount") === "next" ? "" : " ü"}` };
    for (const [endpoint, body] of [
      ["evaluation", asking(level(3))],
      ["evaluation", question],
      ["evaluations", { evaluations: [question] }],
      ["evaluation", {}],
    ] as const)
      expect((await shared.ask(endpoint, body, headers)).headers.get("x-request-id")).toBe(
        headers["x-request-id"],
      );
    expect((await caller(null)("evaluation", question, headers)).headers.get("x-request-id")).toBe(
      headers["x-request-id"],
    );
    expect((await shared.ask("evaluation", question)).headers.get("x-request-id")).toMatch(/^req_/);
  });
});

describe("a subject", () => {
  test("is the key with its id or external id; what is stored wins over what is said, the rest is taken as said", async () => {
    const { workspace, ask, api } = await world();
    const { key } = await issueKey(workspace.system, { externalId: "ada", metadata: { level: 1 } });
    const said = { properties: { level: 9, mood: "fine" } };
    for (const id of ["ada", key.id])
      expect((await ask("evaluation", asking({ id, ...said }))).body.decision).toBe(false);
    await api("PATCH", `/keys/${key.id}`, { metadata: { level: 3 } });
    for (const id of ["ada", key.id])
      expect((await ask("evaluation", asking({ id }))).body.decision).toBe(true);
    await api("PATCH", `/keys/${key.id}`, { metadata: {} });
    expect((await ask("evaluation", asking({ id: "ada", ...said }))).body.decision).toBe(true);
  });

  test("that nobody knows is judged by what is said, until somebody has that id", async () => {
    const { ask, api } = await world();
    expect((await ask("evaluation", asking({ id: "late", ...level(5) }))).body.decision).toBe(true);
    const { body: made } = await api("POST", "/keys", {
      name: "late",
      externalId: "late",
      metadata: { level: 0 },
    });
    expect((await ask("evaluation", asking({ id: "late", ...level(5) }))).body.decision).toBe(false);
    await api("PATCH", `/keys/${made.key.id}`, { externalId: "other" });
    expect((await ask("evaluation", asking({ id: "late", ...level(5) }))).body.decision).toBe(true);
    expect((await ask("evaluation", asking({ id: "other", ...level(5) }))).body.decision).toBe(false);
  });

  test("is the customer with its external id where no key has it", async () => {
    const { ask, api } = await world();
    const { body: customer } = await api("POST", "/customers", {
      externalId: "tern",
      name: "Tern",
      metadata: { level: 4 },
    });
    expect((await ask("evaluation", asking({ id: "tern", ...level(0) }))).body.decision).toBe(true);
    await api("PATCH", `/customers/${customer.id}`, { metadata: { level: 1 } });
    expect((await ask("evaluation", asking({ id: "tern" }))).body.decision).toBe(false);
    await api("PATCH", `/customers/${customer.id}`, { metadata: { level: 4 }, disabled: true });
    expect((await ask("evaluation", asking({ id: "tern" }))).body.context.reason).toBe("DISABLED");
    await api("PATCH", `/customers/${customer.id}`, { disabled: false, externalId: "gull" });
    expect((await ask("evaluation", asking({ id: "gull" }))).body.decision).toBe(true);
    expect((await ask("evaluation", asking({ id: "tern" }))).body.context.reason).toBe("DEFAULT_DENY");
  });

  test("whose key is revoked or disabled is denied on the very next question, whatever the rules allow", async () => {
    const { workspace, ask, api } = await world();
    const { key } = await issueKey(workspace.system, { externalId: "eve", metadata: { level: 9 } });
    expect((await ask("evaluation", asking({ id: "eve" }))).body.decision).toBe(true);
    await api("PATCH", `/keys/${key.id}`, { disabled: true });
    expect((await ask("evaluation", asking({ id: "eve" }))).body).toMatchObject({
      decision: false,
      context: { reason: "DISABLED" },
    });
    await api("PATCH", `/keys/${key.id}`, { disabled: false });
    expect((await ask("evaluation", asking({ id: "eve" }))).body.decision).toBe(true);
    await api("POST", `/keys/${key.id}/revoke`, { reason: "left" });
    for (const id of ["eve", key.id])
      expect((await ask("evaluation", asking({ id, ...level(9) }))).body.context.reason).toBe("REVOKED");
  });

  test("that two good keys share is denied as ambiguous, and is clear again when one is gone", async () => {
    const { workspace, ask, api } = await world();
    const first = await issueKey(workspace.system, { externalId: "twin", metadata: { level: 9 } });
    await issueKey(workspace.system, { externalId: "twin", metadata: { level: 4 } });
    expect((await ask("evaluation", asking({ id: "twin" }))).body.context.reason).toBe("SUBJECT_AMBIGUOUS");
    expect((await ask("evaluation", asking({ id: first.key.id }))).body.decision).toBe(true);
    await api("POST", `/keys/${first.key.id}/revoke`, { reason: "one is enough" });
    expect((await ask("evaluation", asking({ id: "twin" }))).body.decision).toBe(true);
  });

  test("of another workspace is nobody here", async () => {
    const other = await createTestWorkspace();
    const { key } = await issueKey(other.system, { externalId: "stranger", metadata: { level: 9 } });
    for (const id of ["stranger", key.id])
      expect((await shared.ask("evaluation", asking({ id }))).body.decision).toBe(false);
  });

  test("is judged by the rules on its own key too", async () => {
    const { workspace, ask, api } = await world();
    const { key } = await issueKey(workspace.system, { externalId: "bob", metadata: { level: 9 } });
    const rule = { name: "Bob rests", effect: "deny", attachments: [{ credential: key.id }] };
    expect((await api("POST", "/rules", rule)).status).toBe(201);
    expect((await ask("evaluation", asking({ id: "bob" }))).body.decision).toBe(false);
    expect((await ask("evaluation", asking(level(9)))).body.decision).toBe(true);
  });
});

describe("several questions", () => {
  const read = (value: number) => asking(level(value));
  const decisions = (body: { evaluations: { decision: boolean }[] }) =>
    body.evaluations.map(({ decision }) => decision);

  test.each([
    ["execute_all", [true, false, true, false]],
    ["deny_on_first_deny", [true, false]],
    ["permit_on_first_permit", [true]],
  ])("end as %s says", async (semantic, expected) => {
    const evaluations = [read(3), read(1), read(4), read(0)];
    const options = { evaluations_semantic: semantic };
    expect(decisions((await shared.ask("evaluations", { evaluations, options })).body)).toEqual(expected);
  });

  test("run until the first permit, or the first error, where that is what ends them", async () => {
    const first = {
      evaluations: [read(1), read(3), read(4)],
      options: { evaluations_semantic: "permit_on_first_permit" },
    };
    expect(decisions((await shared.ask("evaluations", first)).body)).toEqual([false, true]);
    const broken = {
      evaluations: [read(3), {}, read(3)],
      options: { evaluations_semantic: "deny_on_first_deny" },
    };
    expect(decisions((await shared.ask("evaluations", broken)).body)).toEqual([true, false]);
  });

  test("take what they leave out from the defaults, whole and not merged", async () => {
    const { body } = await shared.ask("evaluations", {
      ...read(3),
      evaluations: [
        {},
        { subject: { type: "user", id: "nobody" } },
        { resource: { type: "doc", id: "2", properties: { secret: true } } },
      ],
    });
    expect(decisions(body)).toEqual([true, false, false]);
  });

  test("are each answered as they would be by themselves, errors included", async () => {
    const { key } = await issueKey(shared.workspace.system, {
      externalId: "batched",
      metadata: { level: 3 },
    });
    const evaluations = [
      read(3),
      read(0),
      asking({ id: "batched" }),
      asking({ id: key.id }),
      { action: { name: 7 } },
      5,
      null,
    ];
    const { body } = await shared.ask("evaluations", { evaluations });
    for (const [index, item] of evaluations.entries()) {
      const single = await shared.ask("evaluation", JSON.stringify(item));
      const expected =
        single.status === 200
          ? { ...single.body, context: { ...single.body.context, id: expect.stringMatching(/^evt_/) } }
          : { decision: false, context: { error: { status: single.status, message: single.text } } };
      expect([index, body.evaluations[index]]).toEqual([index, expected]);
    }
  });

  test("without any, or with an empty list, are one question", async () => {
    expect((await shared.ask("evaluations", read(3))).body.decision).toBe(true);
    expect((await shared.ask("evaluations", { ...read(3), evaluations: [] })).body.decision).toBe(true);
  });

  test.each([
    ["no list", { evaluations: {} }],
    ["an unknown semantic", { evaluations: [read(3)], options: { evaluations_semantic: "any" } }],
    ["options that are no object", { evaluations: [read(3)], options: [] }],
    ["a default of a wrong type", { subject: "x", evaluations: [read(3)] }],
    ["more than 1,000", { evaluations: Array.from({ length: 1_001 }, () => ({})) }],
  ])("with %s are 400 as a whole", async (_title, body) => {
    expect((await shared.ask("evaluations", body)).status).toBe(400);
  });
});

describe("records", () => {
  test("every evaluation is a decision of source authzen: action, resource, subject's key, rules and code", async () => {
    const { workspace, ask, api } = await world();
    const { key } = await issueKey(workspace.system, {
      name: "Ada",
      externalId: "ada",
      metadata: { level: 3 },
    });
    const { body } = await ask("evaluations", {
      ...asking({ id: "ada" }),
      evaluations: [
        {},
        { action: { name: "write" } },
        { subject: { type: "user", id: "x" } },
        { action: {} },
      ],
    });
    const ids = body.evaluations.map(({ context }: { context: { id?: string } }) => context.id);
    expect(ids[3]).toBeUndefined();
    await vi.waitFor(
      async () => {
        const { body: page } = await api("GET", "/decisions?source=authzen");
        expect(page.items.length).toBe(3);
      },
      { timeout: 10_000 },
    );
    const read = async (id: string) => (await api("GET", `/decisions/${id}`)).body;
    expect(await read(ids[0])).toMatchObject({
      source: "authzen",
      method: "read",
      path: "doc/1",
      service: null,
      verdict: "allow",
      rules: ["Level 3 reads"],
      reason: "RULE",
      credential: { id: key.id, name: "Ada" },
    });
    expect(await read(ids[1])).toMatchObject({ method: "write", verdict: "deny", reason: "DEFAULT_DENY" });
    expect(await read(ids[2])).toMatchObject({ credential: null, verdict: "deny" });
    // Being asked about is no use of a key.
    expect((await api("GET", `/keys/${key.id}`)).body.lastUsedAt).toBeNull();
  });
});

describe("metadata", () => {
  test("names what is served under the public address and nothing else", async () => {
    const response = await fetch(new URL("/.well-known/authzen-configuration", inject("apiOrigin")));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    const metadata = await response.json();
    const pdp = inject("apiOrigin");
    expect(metadata).toEqual({
      policy_decision_point: pdp,
      access_evaluation_endpoint: `${pdp}/access/v1/evaluation`,
      access_evaluations_endpoint: `${pdp}/access/v1/evaluations`,
    });
  });
});
