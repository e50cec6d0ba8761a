import { entities } from "@/lib/rules/catalogue";
import type {
  AddressConditions,
  Comparison,
  Conditions,
  Matcher,
  OneRoute,
} from "@/lib/rules/language/conditions/conditions-schema";
import type { Attachment, Rule } from "@/lib/rules/schema";

/** A piece of the sentence: plain text, a marked value (`mono` for code), or the effect that opens it. */
export type SentencePart =
  { text: string } | { mark: string; mono?: true } | { effect: Rule["effect"]; text: string };

type Parts = SentencePart[];

/** A rule in one plain sentence. `attachments` name services by slug and credentials by `credentialName` or id. */
export function ruleSentence(
  rule: Omit<Rule, "mode"> & { mode?: Rule["mode"] },
  attachments: readonly Attachment[],
): SentencePart[] {
  const when = rule.when ?? {};
  const conditions = blockClauses(
    { ...when, method: undefined, route: undefined },
    rule.effect === "deny" ? "any" : "all",
  );
  if (rule.expr !== undefined)
    conditions.push([{ mark: shortened(rule.expr), mono: true }, { text: " holds" }]);
  return joined([
    [{ effect: rule.effect, text: rule.effect === "allow" ? "Allow" : "Deny" }, { text: " " }],
    methodParts(when.method),
    [{ text: " to " }],
    routeParts(when.route),
    placeParts(attachments),
    conditions.length > 0 ? [{ text: " when " }, ...listed(conditions, "and")] : [],
    rule.unless === undefined
      ? []
      : [{ text: ", unless " }, ...blockParts(rule.unless, rule.effect === "deny" ? "all" : "any")],
    [{ text: "." }],
    modeParts(rule.mode ?? "enforce"),
    rule.expiresAt === undefined
      ? []
      : [{ text: " Stops on " }, { mark: day(rule.expiresAt) }, { text: "." }],
  ]);
}

/** An expression can be a page long; the rule itself stands beside its sentence. */
function shortened(expression: string): string {
  const line = expression.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function modeParts(mode: Rule["mode"]): Parts {
  if (mode === "shadow") return [{ text: " Watched in shadow, not enforced." }];
  return mode === "off" ? [{ text: " Switched off." }] : [];
}

function methodParts(method: Conditions["method"]): Parts {
  if (method === undefined) return [{ text: "every call" }];
  return listed(
    [method].flat().map((one) => [{ mark: one }]),
    "or",
  );
}

function routeParts(route: OneRoute | OneRoute[] | undefined): Parts {
  if (route === undefined) return [{ text: "any path" }];
  const routes = [route].flat().map((one): Parts => {
    if (typeof one === "string") return [{ mark: one, mono: true }];
    return [{ text: "paths matching " }, { mark: one.regex, mono: true }];
  });
  return listed(routes, "or");
}

function placeParts(attachments: readonly Attachment[]): Parts {
  if (attachments.length === 0) return [{ text: ", attached nowhere yet" }];
  if (attachments.some((place) => place.service === undefined && place.credential === undefined))
    return [{ text: " on " }, { mark: "every service" }];
  const places = attachments.map(({ service, credential, credentialName }): Parts => {
    const key = credentialName ?? credential;
    if (key === undefined) return [{ mark: service ?? "" }];
    return service === undefined
      ? [{ text: "every service for " }, { mark: key }]
      : [{ mark: service }, { text: " for " }, { mark: key }];
  });
  const shown =
    places.length > 4 ? [...places.slice(0, 3), [{ text: `${places.length - 3} more places` }]] : places;
  return [{ text: " on " }, ...listed(shown, "and")];
}

function blockParts(block: Conditions, quantifier: "any" | "all"): Parts {
  return listed(blockClauses(block, quantifier), "and");
}

/** One clause for each condition of a block: “it is a POST”, “the key's plan is pro”. */
function blockClauses(block: Conditions, quantifier: "any" | "all"): Parts[] {
  const clauses: Parts[] = [];
  if (block.method !== undefined) clauses.push([{ text: "the method is " }, ...methodParts(block.method)]);
  if (block.route !== undefined) clauses.push([{ text: "the path is " }, ...routeParts(block.route)]);
  for (const [name, matcher] of Object.entries(block.credential ?? {}))
    if (matcher !== undefined) clauses.push(attributeParts(name, matcher, quantifier));
  for (const [subject, name, matcher] of namedMatchers(block))
    clauses.push([
      { text: `${subject} ` },
      { mark: name, mono: true },
      { text: " " },
      ...listed([matcher].flat().map(matcherParts), "or"),
    ]);
  if (block.body?.schema !== undefined) clauses.push([{ text: "the body fits its schema" }]);
  if (block.ip !== undefined) clauses.push([{ text: "the address " }, ...addressParts(block.ip)]);
  if (block.any !== undefined) clauses.push(grouped(block.any, quantifier, "or"));
  if (block.all !== undefined) clauses.push(grouped(block.all, quantifier, "and"));
  if (block.not !== undefined)
    clauses.push([
      { text: "it is not so that " },
      ...blockParts(block.not, quantifier === "any" ? "all" : "any"),
    ]);
  return clauses;
}

/** What stands under a name of its own, and how it is called. */
function namedMatchers(block: Conditions): [subject: string, name: string, matcher: Matcher][] {
  const { fields = {}, ...body } = block.body ?? {};
  const paths = Object.fromEntries(Object.entries(body).filter(([name]) => name !== "schema"));
  const named: [string, Readonly<Record<string, Matcher | undefined>> | undefined][] = [
    ["the header", block.header],
    ["the query parameter", block.query],
    ["the body's", paths],
    ["the body's", fields],
    ["the token's", block.token],
    ...entities.map((entity): [string, Conditions[typeof entity]] => [`the ${entity}'s`, block[entity]]),
  ];
  return named.flatMap(([subject, matchers = {}]) =>
    Object.entries(matchers).flatMap(([name, matcher]): [string, string, Matcher][] =>
      matcher === undefined ? [] : [[subject, name, matcher]],
    ),
  );
}

function addressParts(networks: AddressConditions): Parts {
  return matcherParts(
    typeof networks === "string" || Array.isArray(networks) ? { cidr: networks } : networks,
  );
}

function grouped(blocks: readonly Conditions[], quantifier: "any" | "all", word: "and" | "or"): Parts {
  const parts = listed(
    blocks.map((block) => blockParts(block, quantifier)),
    word,
  );
  return blocks.length === 1 ? parts : [{ text: word === "or" ? "either " : "both " }, ...parts];
}

const plural: Record<string, string> = { scopes: "scope", roles: "role", labels: "label" };

function attributeParts(name: string, matcher: Matcher, quantifier: "any" | "all"): Parts {
  const alternatives = Array.isArray(matcher) ? matcher : [matcher];
  if (name === "environment" && alternatives.every((one) => one === "test" || one === "live"))
    return [
      { text: "the key is a " },
      ...listed(
        alternatives.map((one) => [{ mark: `${String(one)} key` }]),
        "or",
      ),
    ];
  const list = plural[name];
  const held = alternatives.map((one) => (typeof one === "object" ? one.contains : undefined));
  if (list !== undefined && held.every((value) => value !== undefined))
    return [
      { text: "it holds " },
      ...listed(
        held.map((value) => [{ mark: String(value), mono: true }]),
        "or",
      ),
    ];
  const subject =
    list === undefined
      ? `the key's ${spokenName(name)}`
      : `${quantifier === "any" ? "any" : "every"} ${list} of the key`;
  return [{ text: `${subject} ` }, ...listed(alternatives.map(matcherParts), "or")];
}

function spokenName(name: string): string {
  if (name === "externalId") return "external id";
  return name.startsWith("metadata.") ? name.slice("metadata.".length) : name;
}

function matcherParts(matcher: string | number | boolean | Comparison): Parts {
  if (typeof matcher !== "object") return [{ text: "is " }, { mark: String(matcher) }];
  const clauses = Object.entries(matcher).flatMap(([operator, right]) =>
    right === undefined ? [] : [operatorParts(operator, right)],
  );
  return listed(clauses, "and");
}

const spokenOperators: Record<string, string> = {
  prefix: "begins with ",
  suffix: "ends with ",
  glob: "looks like ",
  regex: "matches ",
  contains: "contains ",
  gt: "is above ",
  gte: "is at least ",
  lt: "is below ",
  lte: "is at most ",
  cidr: "is in ",
  mediaType: "is of type ",
};

function operatorParts(operator: string, right: unknown): Parts {
  if (operator === "exists") return [{ text: right === true ? "is set" : "is not set" }];
  if (operator === "schema") return [{ text: "fits its schema" }];
  if (operator === "in" && Array.isArray(right))
    return [{ text: "is " }, { mark: right.map(String).join(" or ") }];
  const mono = operator === "glob" || operator === "regex";
  return [
    { text: spokenOperators[operator] ?? `${operator} ` },
    {
      mark: Array.isArray(right) ? right.map(String).join(" or ") : String(right),
      ...(mono ? { mono } : {}),
    },
  ];
}

/** “a”, “a and b”, “a, b and c”. */
function listed(items: readonly Parts[], word: "and" | "or"): Parts {
  return items.flatMap((item, index) => {
    if (index === 0) return item;
    return [{ text: index === items.length - 1 ? ` ${word} ` : ", " }, ...item];
  });
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function day(time: string): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ""} ${date.getUTCFullYear()}`;
}

/** Concatenates, merging neighbouring plain text. */
function joined(pieces: readonly Parts[]): SentencePart[] {
  const parts: SentencePart[] = [];
  for (const part of pieces.flat()) {
    const last = parts.at(-1);
    if (last !== undefined && isPlain(last) && isPlain(part)) last.text += part.text;
    else parts.push({ ...part });
  }
  return parts;
}

function isPlain(part: SentencePart): part is { text: string } {
  return "text" in part && !("effect" in part);
}
