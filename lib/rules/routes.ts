import { createRoute, z } from "@hono/zod-openapi";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { IdempotencyHeader, answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { PageQuery } from "@/lib/lists/schema";
import { listNodes } from "@/lib/nodes/list";
import { NodeList, RulesetWrite } from "@/lib/nodes/schema";
import { authorize } from "@/lib/rules/ask/authorize";
import { Authorize, Authorized, Simulate, Simulated, Validated } from "@/lib/rules/ask/schema";
import { simulate } from "@/lib/rules/ask/simulate";
import { validateRule } from "@/lib/rules/ask/validate";
import { createRule } from "@/lib/rules/create";
import { deleteRule } from "@/lib/rules/delete";
import { RuleList, RuleListQuery } from "@/lib/rules/findings/schema";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";
import { listRules, readRule } from "@/lib/rules/read";
import { parseRuleText } from "@/lib/rules/writing/rule-text";
import { diffRulesets, listRulesets, readRuleset } from "@/lib/rules/rulesets/read";
import { rollBack } from "@/lib/rules/rulesets/roll-back";
import { RollBack, RolledBack, RulesetDetail, RulesetDiff, RulesetPage } from "@/lib/rules/rulesets/schema";
import { AttachRule, RulesetNumber, StoredRule } from "@/lib/rules/schema";
import { attachRule, replaceWrittenRule, updateRule } from "@/lib/rules/update";

const tags = ["rules"];
const RuleParam = z.object({ id: z.string().max(100) });
/** A number in an address, which is text there. */
const Version = z.coerce
  .number()
  .pipe(RulesetNumber.min(0))
  .openapi({ type: "integer", minimum: 0, param: { required: true } });

/** A rule's text is checked by the operation, which sees what a parsed body no longer shows: keys named twice. */
const ruleText = {
  required: true,
  content: {
    "application/json": {
      schema: { type: "object" as const, description: "A rule, as /rules/schema describes it" },
    },
  },
};

const create = createRoute({
  method: "post",
  path: "/rules",
  tags,
  operationId: "createRule",
  summary: "Write a rule; it counts from the next call on",
  request: { headers: IdempotencyHeader, query: RulesetWrite, body: ruleText },
  responses: { 201: answer("The rule", StoredRule) },
});

const list = createRoute({
  method: "get",
  path: "/rules",
  tags,
  operationId: "listRules",
  summary: "List and search rules",
  request: { query: RuleListQuery },
  responses: { 200: answer("A page of rules", RuleList) },
});

const schema = createRoute({
  method: "get",
  path: "/rules/schema",
  tags,
  operationId: "readRuleSchema",
  summary: "JSON Schema of a rule",
  responses: { 200: answer("JSON Schema, draft 2020-12", z.record(z.string(), z.unknown())) },
});

const validate = createRoute({
  method: "post",
  path: "/rules/validate",
  tags,
  operationId: "validateRule",
  summary: "Check a rule and run its tests, without storing it",
  request: { body: ruleText },
  responses: { 200: answer("What was found", Validated) },
});

const simulation = createRoute({
  method: "post",
  path: "/rules/simulate",
  tags,
  operationId: "simulate",
  summary: "Say how a call would be judged and why, perhaps with a draft",
  request: { body: body(Simulate) },
  responses: { 200: answer("The verdict and its trace", Simulated) },
});

const read = createRoute({
  method: "get",
  path: "/rules/{id}",
  tags,
  operationId: "readRule",
  summary: "Read a rule",
  request: { params: RuleParam },
  responses: { 200: answer("The rule", StoredRule) },
});

const replace = createRoute({
  method: "put",
  path: "/rules/{id}",
  tags,
  operationId: "replaceRule",
  summary: "Replace a rule; with the version that was read, a change since then is refused as stale",
  request: { params: RuleParam, query: RulesetWrite, body: ruleText },
  responses: { 200: answer("The rule as it is now", StoredRule) },
});

const update = createRoute({
  method: "patch",
  path: "/rules/{id}",
  tags,
  operationId: "updateRule",
  summary: "Change fields of a rule; null removes one",
  request: { params: RuleParam, query: RulesetWrite, body: ruleText },
  responses: { 200: answer("The rule as it is now", StoredRule) },
});

const attach = createRoute({
  method: "post",
  path: "/rules/{id}/attachments",
  tags,
  operationId: "attachRule",
  summary: "Attach a rule to places and detach it from others",
  request: { params: RuleParam, query: RulesetWrite, body: body(AttachRule) },
  responses: { 200: answer("The rule as it is now", StoredRule) },
});

const remove = createRoute({
  method: "delete",
  path: "/rules/{id}",
  tags,
  operationId: "deleteRule",
  summary: "Remove a rule; older rulesets keep it",
  request: { params: RuleParam, query: RulesetWrite },
  responses: { 204: { description: "Gone; Latchkey-Ruleset-Version names the version without it" } },
});

const rulesets = createRoute({
  method: "get",
  path: "/rulesets",
  tags,
  operationId: "listRulesets",
  summary: "List versions, newest first, and the one that this node applies",
  request: { query: PageQuery },
  responses: { 200: answer("A page of rulesets", RulesetPage) },
});

const nodes = createRoute({
  method: "get",
  path: "/rulesets/nodes",
  tags,
  operationId: "listRulesetNodes",
  summary: "List the nodes and the version that each applies",
  responses: { 200: answer("Every node that is up or was lately", NodeList) },
});

const diff = createRoute({
  method: "get",
  path: "/rulesets/diff",
  tags,
  operationId: "diffRulesets",
  summary: "What changed from one version to another",
  request: { query: z.object({ from: Version, to: Version }) },
  responses: { 200: answer("Rules added, removed and changed", RulesetDiff) },
});

const roll = createRoute({
  method: "post",
  path: "/rulesets/rollback",
  tags,
  operationId: "rollBack",
  summary: "Make a new version with the rules of an older one",
  request: { query: RulesetWrite, body: body(RollBack) },
  responses: { 200: answer("The new version", RolledBack) },
});

const ruleset = createRoute({
  method: "get",
  path: "/rulesets/{version}",
  tags,
  operationId: "readRuleset",
  summary: "Read the rules of one version",
  request: { params: z.object({ version: Version }) },
  responses: { 200: answer("The ruleset", RulesetDetail) },
});

const authorization = createRoute({
  method: "post",
  path: "/authorize",
  tags,
  operationId: "authorize",
  summary: "Decide a call as the gateway would, without forwarding it",
  request: { body: body(Authorize) },
  responses: { 200: answer("The recorded decision", Authorized) },
});

/** `/rules`, `/rulesets` and `/authorize`. */
export const ruleRoutes = createRouter()
  .openapi(create, async (c) => {
    const input = parseRuleText(await c.req.text());
    const once = onceFrom(c.req.valid("header")["idempotency-key"], { operation: "createRule", input });
    return c.json(await createRule(c.var.actor, input, { ...c.req.valid("query"), once }), 201);
  })
  .openapi(list, async (c) => c.json(await listRules(c.var.actor, c.req.valid("query")), 200))
  .openapi(schema, (c) => c.json(ruleJsonSchema(), 200))
  .openapi(validate, async (c) => c.json(validateRule(c.var.actor, parseRuleText(await c.req.text())), 200))
  .openapi(simulation, async (c) => {
    parseRuleText(await c.req.text());
    return c.json(await simulate(c.var.actor, c.req.valid("json")), 200);
  })
  .openapi(read, async (c) => c.json(await readRule(c.var.actor, c.req.valid("param").id), 200))
  .openapi(replace, async (c) =>
    c.json(
      await replaceWrittenRule(
        c.var.actor,
        c.req.valid("param").id,
        parseRuleText(await c.req.text()),
        c.req.valid("query"),
      ),
      200,
    ),
  )
  .openapi(update, async (c) =>
    c.json(
      await updateRule(
        c.var.actor,
        c.req.valid("param").id,
        parseRuleText(await c.req.text()),
        c.req.valid("query"),
      ),
      200,
    ),
  )
  .openapi(attach, async (c) =>
    c.json(
      await attachRule(c.var.actor, c.req.valid("param").id, c.req.valid("json"), c.req.valid("query")),
      200,
    ),
  )
  .openapi(remove, async (c) => {
    const version = await deleteRule(c.var.actor, c.req.valid("param").id, c.req.valid("query"));
    return c.body(null, 204, { "latchkey-ruleset-version": String(version) });
  })
  .openapi(rulesets, async (c) => c.json(await listRulesets(c.var.actor, c.req.valid("query")), 200))
  .openapi(nodes, async (c) => c.json(await listNodes(c.var.actor), 200))
  .openapi(diff, async (c) => c.json(await diffRulesets(c.var.actor, c.req.valid("query")), 200))
  .openapi(roll, async (c) =>
    c.json(await rollBack(c.var.actor, c.req.valid("json"), c.req.valid("query")), 200),
  )
  .openapi(ruleset, async (c) => c.json(await readRuleset(c.var.actor, c.req.valid("param").version), 200))
  .openapi(authorization, async (c) => c.json(await authorize(c.var.actor, c.req.valid("json")), 200));
