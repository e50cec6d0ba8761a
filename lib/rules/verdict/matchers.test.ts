import { describe, expect, it } from "vitest";
import { decide } from "@/lib/rules/verdict/decide";
import type { Question, QuestionBody } from "@/lib/rules/language/question";
import { testCall, testRuleset, testService } from "@/lib/testing/rules/ruleset";

/**
 * What a condition makes of a call:
 * - `match`: it holds. An allow rule lets the call in, a deny rule keeps it out.
 * - `no match`: it does not. The service's default stands.
 * - `some`: of several values some match. Not enough to let a call in, enough to keep it out.
 * - `error`: it cannot be evaluated. It never lets a call in, and a deny keeps it out.
 */
type Outcome = "match" | "no match" | "some" | "error";

const verdicts = {
  match: { allowing: "allow", denying: "deny", allowingUnless: "deny", denyingUnless: "allow" },
  "no match": { allowing: "deny", denying: "allow", allowingUnless: "allow", denyingUnless: "deny" },
  some: { allowing: "deny", denying: "deny", allowingUnless: "deny", denyingUnless: "deny" },
  error: { allowing: "deny", denying: "deny", allowingUnless: "deny", denyingUnless: "deny" },
} as const;

const closed = testService("invoices", { visibility: "public", defaultVerdict: "deny" });
const open = testService("invoices", { visibility: "public", defaultVerdict: "allow" });

/** The verdicts of a rule with this condition, and of one with it as its exception, allowing on a closed service and denying on an open one. */
function judged(condition: object, call: Partial<Question>) {
  const ask = (service: typeof open, rule: object) =>
    decide(testRuleset([{ rule: { name: "a", ...rule } }]), testCall({ ...call, service })).verdict;
  return {
    allowing: ask(closed, { effect: "allow", when: condition }),
    denying: ask(open, { effect: "deny", when: condition }),
    allowingUnless: ask(closed, { effect: "allow", unless: condition }),
    denyingUnless: ask(open, { effect: "deny", unless: condition }),
  };
}

type Row = [says: string, condition: object, call: Partial<Question>, outcome: Outcome];

function table(title: string, rows: Row[]) {
  describe(title, () => {
    it.each(rows)("%s", (_says, condition, call, outcome) => {
      expect(judged(condition, call)).toEqual(verdicts[outcome]);
    });
  });
}

const plan = (value: unknown): Partial<Question> => ({ credential: { metadata: { plan: value } } });
const ofPlan = (matcher: unknown) => ({ credential: { "metadata.plan": matcher } });

// prettier-ignore
table("operators on a value with a type", [
  ["equals: the same text", ofPlan("pro"), plan("pro"), "match"],
  ["equals: other text", ofPlan("pro"), plan("free"), "no match"],
  ["equals: absent", ofPlan("pro"), plan(undefined), "no match"],
  ["equals: several values, one of them", ofPlan("pro"), plan(["pro", "free"]), "some"],
  ["equals: a number is not its text", ofPlan(5), plan("5"), "no match"],
  ["a list of alternatives: any of them", ofPlan(["free", { prefix: "p" }]), plan("pro"), "match"],
  ["a list of alternatives: one matches beside an error of another", ofPlan([{ gt: 5 }, "pro"]), plan("pro"), "match"],
  ["several operators: all of them", ofPlan({ prefix: "p", suffix: "x" }), plan("pro"), "no match"],
  ["in: one of the list", ofPlan({ in: ["pro", 5] }), plan(5), "match"],
  ["in: none of the list", ofPlan({ in: ["pro", 5] }), plan("5"), "no match"],
  ["in: absent", ofPlan({ in: ["pro"] }), plan(null), "no match"],
  ["in: several values, all of them", ofPlan({ in: ["a", "b"] }), plan(["a", "b"]), "match"],
  ["in: several values, one of them", ofPlan({ in: ["a"] }), plan(["a", "b"]), "some"],
  ["prefix: begins so", ofPlan({ prefix: "pr" }), plan("pro"), "match"],
  ["prefix: does not", ofPlan({ prefix: "pr" }), plan("apro"), "no match"],
  ["prefix: absent", ofPlan({ prefix: "pr" }), plan(undefined), "no match"],
  ["prefix: several values, one of them", ofPlan({ prefix: "pr" }), plan(["pro", "x"]), "some"],
  ["prefix: a number has none", ofPlan({ prefix: "5" }), plan(5), "error"],
  ["suffix: ends so", ofPlan({ suffix: "ro" }), plan("pro"), "match"],
  ["suffix: does not", ofPlan({ suffix: "ro" }), plan("prox"), "no match"],
  ["suffix: true has none", ofPlan({ suffix: "e" }), plan(true), "error"],
  ["glob: fits", ofPlan({ glob: "p?o*" }), plan("pro-eu"), "match"],
  ["glob: does not", ofPlan({ glob: "p?o" }), plan("pro-eu"), "no match"],
  ["glob: absent", ofPlan({ glob: "*" }), plan(undefined), "no match"],
  ["glob: an object has no text", ofPlan({ glob: "*" }), plan({}), "error"],
  ["regex: the whole text", ofPlan({ regex: "pro|free" }), plan("free"), "match"],
  ["regex: not a part of it", ofPlan({ regex: "pro" }), plan("pro-eu"), "no match"],
  ["regex: absent", ofPlan({ regex: ".*" }), plan(undefined), "no match"],
  ["regex: several values, one of them", ofPlan({ regex: "p.*" }), plan(["pro", "x"]), "some"],
  ["regex: a number has no text", ofPlan({ regex: ".*" }), plan(5), "error"],
  ["regex: text beyond its limit", ofPlan({ regex: "a*" }), plan("a".repeat(20_000)), "error"],
  ["exists true: there", ofPlan({ exists: true }), plan(0), "match"],
  ["exists true: absent", ofPlan({ exists: true }), plan(undefined), "no match"],
  ["exists true: null and empty lists are absent", ofPlan({ exists: true }), plan([]), "no match"],
  ["exists false: absent", ofPlan({ exists: false }), plan(null), "match"],
  ["exists false: there", ofPlan({ exists: false }), plan(""), "no match"],
  ["contains: the list holds it", ofPlan({ contains: "b" }), plan(["a", "b"]), "match"],
  ["contains: the list does not", ofPlan({ contains: "b" }), plan(["a", "bb"]), "no match"],
  ["contains: text holds the part", ofPlan({ contains: "ro" }), plan("pro"), "match"],
  ["contains: absent", ofPlan({ contains: "b" }), plan([]), "no match"],
  ["contains: a number holds nothing", ofPlan({ contains: "b" }), plan(5), "error"],
  ["gt: above", ofPlan({ gt: 5 }), plan(6), "match"],
  ["gt: the bound itself is not", ofPlan({ gt: 5 }), plan(5), "no match"],
  ["gte: the bound itself is", ofPlan({ gte: 5 }), plan(5), "match"],
  ["lt: times compare as text", ofPlan({ lt: "2027-01-01" }), plan("2026-12-31T00:00:00Z"), "match"],
  ["lte: above", ofPlan({ lte: 5 }), plan(5.1), "no match"],
  ["lte: absent", ofPlan({ lte: 5 }), plan(undefined), "no match"],
  ["lte: several values, one above", ofPlan({ lte: 5 }), plan([4, 6]), "some"],
  ["lte: text beside a number", ofPlan({ lte: 5 }), plan("4"), "error"],
  ["cidr: inside", ofPlan({ cidr: ["10.0.0.0/8", "::1"] }), plan("10.1.2.3"), "match"],
  ["cidr: outside", ofPlan({ cidr: "10.0.0.0/8" }), plan("11.0.0.1"), "no match"],
  ["cidr: absent", ofPlan({ cidr: "0.0.0.0/0" }), plan(undefined), "no match"],
  ["cidr: several addresses, one inside", ofPlan({ cidr: "10.0.0.0/8" }), plan(["10.0.0.1", "11.0.0.1"]), "some"],
  ["cidr: no address", ofPlan({ cidr: "0.0.0.0/0" }), plan("localhost"), "error"],
  ["cidr: half an address, which some readers complete", ofPlan({ cidr: "10.0.0.0/8" }), plan("10.1"), "error"],
  ["mediaType: case and parameters do not count", ofPlan({ mediaType: "application/JSON" }), plan("Application/json ; charset=utf-8"), "match"],
  ["mediaType: any subtype", ofPlan({ mediaType: ["image/*", "text/*"] }), plan("text/html"), "match"],
  ["mediaType: another", ofPlan({ mediaType: "text/*" }), plan("application/text"), "no match"],
  ["mediaType: absent", ofPlan({ mediaType: "*/*" }), plan(undefined), "no match"],
  ["mediaType: what is none, as lenient readers may take it for one", ofPlan({ mediaType: "text/html" }), plan("text/html garbage"), "error"],
  ["schema: fits", ofPlan({ schema: { type: "string", minLength: 2 } }), plan("pro"), "match"],
  ["schema: does not", ofPlan({ schema: { type: "string" } }), plan(5), "no match"],
  ["schema: absent", ofPlan({ schema: {} }), plan(undefined), "no match"],
  ["schema: a list is one value", ofPlan({ schema: { type: "array", contains: { const: "a" } } }), plan(["a", "b"]), "match"],
  ["schema: more than it may cost", ofPlan({ schema: { type: "string", pattern: "[ab]*a[ab]{300}c" } }), plan("ab".repeat(20_000)), "error"],
]);

const header = (matcher: unknown, name = "x-tier") => ({ header: { [name]: matcher } });
const sent = (value: string | string[], name = "x-tier"): Partial<Question> => ({
  headers: { [name]: value },
});

// prettier-ignore
table("headers", [
  ["the same text", header("gold"), sent("gold"), "match"],
  ["other text", header("gold"), sent("Gold"), "no match"],
  ["absent", header("gold"), {}, "no match"],
  ["absent, as asked", header({ exists: false }), {}, "match"],
  ["empty is there", header({ exists: true }), sent(""), "match"],
  ["nothing is inherited", header({ exists: true }, "constructor"), {}, "no match"],
  ["names know no case, and _ is -", header("gold", "X_Tier"), sent("gold"), "match"],
  ["sent twice, one of them", header("gold"), sent(["gold", "tin"]), "some"],
  ["sent twice, both", header({ prefix: "g" }), sent(["gold", "green"]), "match"],
  ["a comma makes two values", header("gold"), sent("tin, gold"), "some"],
  ["blanks around a value do not count", header("gold"), sent(" gold ,, gold"), "match"],
  ["a date keeps its comma", header({ suffix: "GMT" }, "if-modified-since"), sent("Sun, 06 Nov 1994 08:49:37 GMT", "if-modified-since"), "match"],
  ["User-Agent keeps its comma", header({ contains: "(KHTML, like Gecko)" }, "user-agent"), sent("Mozilla/5.0 (KHTML, like Gecko)", "user-agent"), "match"],
  ["a cookie keeps its comma", header("a=1,b", "cookie"), sent("a=1,b", "cookie"), "match"],
  ["contains asks each value for the part", header({ contains: "ol" }), sent("gold, tin"), "some"],
  ["a number is compared with decimal text", header({ lte: 100 }), sent("99.5"), "match"],
  ["a number equals its text, however written", header(100), sent("1e2"), "match"],
  ["what is not decimal is no number", header({ lte: 100 }), sent("0x10"), "error"],
  ["true is the text true", header(true), sent("true"), "match"],
  ["a media type with parameters", header({ mediaType: "application/json" }, "content-type"), sent("application/json; charset=utf-8", "content-type"), "match"],
  ["no media type", header({ mediaType: "application/json" }, "content-type"), sent("json", "content-type"), "error"],
  ["made only when a rule asks", header("gold"), { headers: () => ({ "x-tier": "gold" }) }, "match"],
]);

const query = (matcher: unknown, name = "limit") => ({ query: { [name]: matcher } });
const asked = (value: string | string[], name = "limit"): Partial<Question> => ({ query: { [name]: value } });

// prettier-ignore
table("query parameters", [
  ["the same text", query("all"), asked("all"), "match"],
  ["other text", query("all"), asked("ALL"), "no match"],
  ["names count to the letter", query("all", "Limit"), asked("all"), "no match"],
  ["absent", query("all"), {}, "no match"],
  ["absent, as asked", query({ exists: false }), {}, "match"],
  ["there, though empty", query({ exists: false }), asked(""), "no match"],
  ["named twice, one of them", query({ lte: 100 }), asked(["1", "1000"]), "some"],
  ["a comma is part of the value", query("1,2"), asked("1,2"), "match"],
  ["a number", query({ gt: 10, lte: 100 }), asked("50"), "match"],
  ["a number in a list", query({ in: [5, 10] }), asked("05"), "match"],
  ["no number", query({ lte: 100 }), asked("ten"), "error"],
  ["an empty text is no number", query({ lte: 100 }), asked(""), "error"],
]);

const json = (value: unknown): Partial<Question> => ({ body: { kind: "json", value } });
const form = (fields: Record<string, string | string[]>): Partial<Question> => ({
  body: { kind: "form", fields },
});
const unread: Partial<Question> = { body: { kind: "error", message: "The body is longer than 1 MiB." } };
const absent: Partial<Question> = { body: { kind: "absent" } satisfies QuestionBody };
const amount = (matcher: unknown) => ({ body: { amount: matcher } });
const price = (matcher: unknown) => ({ body: { "items.price": matcher } });
const capped = {
  body: {
    schema: {
      type: "object",
      required: ["amount"],
      properties: { amount: { type: "number", maximum: 2000 } },
    },
  },
};

// prettier-ignore
table("fields of a body", [
  ["a number inside its bound", amount({ lte: 2000 }), json({ amount: 2000 }), "match"],
  ["a number beyond", amount({ lte: 2000 }), json({ amount: 2001 }), "no match"],
  ["no such field", amount({ lte: 2000 }), json({}), "no match"],
  ["null is absent", amount({ exists: false }), json({ amount: null }), "match"],
  ["no body", amount({ lte: 2000 }), absent, "no match"],
  ["nobody read a body", amount({ lte: 2000 }), {}, "no match"],
  ["no body, and the field is asked to be absent", amount({ exists: false }), absent, "match"],
  ["a body that cannot be read", amount({ lte: 2000 }), unread, "error"],
  ["a body that cannot be read, and the field is asked to be absent", amount({ exists: false }), unread, "error"],
  ["text instead of a number", amount({ lte: 2000 }), json({ amount: "1" }), "error"],
  ["a list instead of a number: each of its values", amount({ lte: 2000 }), json({ amount: [1, [5000]] }), "some"],
  ["a body that is no object has no fields", amount({ exists: true }), json(5), "no match"],
  ["a list of bodies: each of them", amount({ lte: 2000 }), json([{ amount: 1 }, { amount: 2001 }]), "some"],
  ["nothing is inherited", { body: { "amount.toFixed": { exists: true } } }, json({ amount: 5 }), "no match"],
  ["__proto__ is a name like others", { body: { "__proto__.admin": true } }, json(JSON.parse('{"__proto__":{"admin":true}}')), "match"],
  ["through a list: all of its items", price({ lte: 10 }), json({ items: [{ price: 1 }, { price: 10 }] }), "match"],
  ["through a list: one of its items", price({ lte: 10 }), json({ items: [{ price: 1 }, { price: 11 }] }), "some"],
  ["through a list: one has no such field", price({ lte: 10 }), json({ items: [{ price: 1 }, {}] }), "some"],
  ["through a list: one has text there", price({ lte: 10 }), json({ items: [{ price: 1 }, { price: "1" }] }), "error"],
  ["through lists in lists", price({ lte: 10 }), json({ items: [[{ price: 1 }], [[{ price: 2 }]]] }), "match"],
  ["through an empty list", price({ lte: 10 }), json({ items: [] }), "no match"],
  ["through an empty list, asked to be absent", price({ exists: false }), json({ items: [] }), "match"],
  ["a list at the end holds a value", { body: { tags: { contains: "vip" } } }, json({ tags: ["new", "vip"] }), "match"],
  ["lists at the end, one holds the value", { body: { "items.tags": { contains: "vip" } } }, json({ items: [{ tags: ["vip"] }, { tags: ["new"] }] }), "some"],
  ["more values than are judged", price({ lte: 10 }), json({ items: Array.from({ length: 10_001 }, () => ({ price: 1 })) }), "error"],
  ["a name with a dot is written with a backslash", { body: { "user\\.name": "ada" } }, json({ "user.name": "ada", user: { name: "eve" } }), "match"],
  ["without it the dot leads inside", { body: { "user.name": "ada" } }, json({ "user.name": "ada", user: { name: "eve" } }), "no match"],
  ["a field called schema is reached by fields", { body: { fields: { schema: "v2" } } }, json({ schema: "v2" }), "match"],
  ["a field called fields too", { body: { fields: { "fields.a": 1 } } }, json({ fields: { a: 1 } }), "match"],
  ["fields beside paths: both must match", { body: { fields: { schema: "v2" }, amount: 1 } }, json({ schema: "v2", amount: 2 }), "no match"],
  ["a schema for one field", { body: { items: { schema: { type: "array", maxItems: 2 } } } }, json({ items: [1, 2, 3] }), "no match"],
  ["a field of a form, a number in text", amount({ lte: 2000 }), form({ amount: "12.50" }), "match"],
  ["a field of a form, twice", amount({ lte: 2000 }), form({ amount: ["1", "2001"] }), "some"],
  ["a field of a form that is no number", amount({ lte: 2000 }), form({ amount: "1,000" }), "error"],
  ["a form's names have no structure", { body: { "user.name": "ada" } }, form({ "user.name": "ada" }), "match"],
]);

// prettier-ignore
table("a body by JSON Schema", [
  ["fits", capped, json({ amount: 10 }), "match"],
  ["does not", capped, json({ amount: 2001 }), "no match"],
  ["text is no number", capped, json({ amount: "10" }), "no match"],
  ["no body", capped, absent, "no match"],
  ["a form", capped, form({ amount: "10" }), "error"],
  ["a body that cannot be read", capped, unread, "error"],
  ["schema and fields: both must match", { body: { ...capped.body, amount: { gte: 5 } } }, json({ amount: 4 }), "no match"],
  ["the body null", { body: { schema: { type: "null" } } }, json(null), "match"],
]);

// prettier-ignore
table("the client's address", [
  ["inside a network", { ip: { cidr: ["10.0.0.0/8"] } }, { address: "10.255.0.1" }, "match"],
  ["outside", { ip: { cidr: ["10.0.0.0/8"] } }, { address: "192.168.0.1" }, "no match"],
  ["unknown", { ip: { cidr: ["0.0.0.0/0", "::/0"] } }, { address: null }, "no match"],
  ["unknown, as asked", { ip: { exists: false } }, { address: null }, "match"],
  ["one of a list", { ip: ["192.0.2.7", "10.0.0.0/8"] }, { address: "192.0.2.7" }, "match"],
  ["a single network", { ip: "2001:db8::/32" }, { address: "2001:DB8::5" }, "match"],
  ["IPv4 written as IPv6", { ip: "10.0.0.0/8" }, { address: "::ffff:10.1.2.3" }, "match"],
  ["another family", { ip: "0.0.0.0/0" }, { address: "::1" }, "no match"],
  ["what is no address", { ip: "0.0.0.0/0" }, { address: "unknown" }, "error"],
]);

const claims = (token: Record<string, unknown>): Partial<Question> => ({
  credential: { keyId: "sub_1", token },
});

// prettier-ignore
table("claims of a token", [
  ["the same text", { token: { sub: "ada" } }, claims({ sub: "ada" }), "match"],
  ["other text", { token: { sub: "ada" } }, claims({ sub: "eve" }), "no match"],
  ["no such claim", { token: { plan: "pro" } }, claims({ sub: "ada" }), "no match"],
  ["a key has none, whatever its metadata", { token: { plan: "pro" } }, plan("pro"), "no match"],
  ["several values, one of them", { token: { groups: { in: ["admins"] } } }, claims({ groups: ["admins", "staff"] }), "some"],
  ["several values, the list holds it", { token: { groups: { contains: "admins" } } }, claims({ groups: ["admins", "staff"] }), "match"],
  ["another type", { token: { level: { gte: 3 } } }, claims({ level: "3" }), "error"],
]);

const evaluation: Partial<Question> = {
  credential: null,
  evaluation: {
    subject: {
      type: "user",
      id: "rick",
      properties: { roles: ["admin", "evil_genius"], age: 70, org: { id: "c137" } },
    },
    action: { name: "can_update_todo", properties: {} },
    resource: {
      type: "todo",
      id: "7",
      properties: { ownerID: "rick@the-citadel.com", parts: [{ size: 1 }, { size: 9 }] },
    },
    context: { ip: "10.0.0.1", "time.zone": "UTC" },
  },
};

// prettier-ignore
table("what an AuthZEN question speaks of", [
  ["the subject's id", { subject: { type: "user", id: "rick" } }, evaluation, "match"],
  ["another subject", { subject: { id: "morty" } }, evaluation, "no match"],
  ["a property by path", { subject: { "properties.org.id": "c137" } }, evaluation, "match"],
  ["a property that is not there", { subject: { "properties.plan": { lt: 5 } } }, evaluation, "no match"],
  ["a property with several values, one of them", { subject: { "properties.roles": "admin" } }, evaluation, "some"],
  ["a property that holds a value", { subject: { "properties.roles": { contains: "admin" } } }, evaluation, "match"],
  ["a property of another type", { subject: { "properties.age": { lt: "80" } } }, evaluation, "error"],
  ["the action", { action: { name: ["can_update_todo", "can_delete_todo"] } }, evaluation, "match"],
  ["the resource", { resource: { type: "todo", "properties.ownerID": { suffix: "@the-citadel.com" } } }, evaluation, "match"],
  ["the resource through a list", { resource: { "properties.parts.size": { lt: 5 } } }, evaluation, "some"],
  ["the context", { context: { ip: { cidr: "10.0.0.0/8" } } }, evaluation, "match"],
  ["the context, a name with a dot", { context: { "time\\.zone": "UTC" } }, evaluation, "match"],
  ["a route, as such a question has no path", { route: "/**" }, { ...evaluation, path: "/" }, "no match"],
  ["the context, absent", { context: { mfa: true } }, evaluation, "no match"],
]);

const ada: Partial<Question> = {
  method: "HEAD",
  path: "/v1/invoices/7",
  address: "10.0.0.1",
  credential: {
    keyId: "key_ada",
    name: "ada",
    environment: "live",
    scopes: ["read:a"],
    customer: { externalId: "acme" },
    metadata: { plan: "pro" },
  },
};

// prettier-ignore
table("an HTTP request in AuthZEN's words", [
  ["the subject is the credential", { subject: { type: "key", id: "key_ada", "properties.metadata.plan": "pro" } }, ada, "match"],
  ["its customer", { subject: { "properties.customer": "acme" } }, ada, "match"],
  ["a token is a subject too", { subject: { type: "token", "properties.token.sub": "ada" } }, claims({ sub: "ada" }), "match"],
  ["what a token says it is called is not its name", { subject: { "properties.name": { exists: false } } }, claims({ name: "ada" }), "match"],
  ["nobody is no subject", { subject: { id: { exists: true } } }, { credential: null }, "no match"],
  ["the action is the method", { action: { name: "HEAD" } }, ada, "match"],
  ["GET covers HEAD here too", { action: { name: "GET" } }, ada, "match"],
  ["another method", { action: { name: "POST" } }, ada, "no match"],
  ["the resource is the route", { resource: { type: "route", id: { prefix: "/v1/invoices/" }, "properties.service": "invoices" } }, ada, "match"],
  ["the context knows the address", { context: { ip: { cidr: "10.0.0.0/8" } } }, ada, "match"],
]);
