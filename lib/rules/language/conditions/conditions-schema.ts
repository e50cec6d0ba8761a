import { z } from "zod";
import type { entities } from "@/lib/rules/catalogue";
import { methods } from "@/lib/rules/catalogue";
import { ruleLimits } from "@/lib/rules/language/limits";

const Literal = z.union([z.string().max(ruleLimits.literal), z.number(), z.boolean()]);
const Text = z.string().min(1).max(ruleLimits.literal);
const Bound = z.union([z.number(), z.string().min(1).max(ruleLimits.literal)]);

const Network = z.string().min(1).max(60);
const MediaType = z.string().min(3).max(200);

/** A JSON Schema (draft 2020-12); compiling judges what it may hold. */
export const JsonSchema = z
  .record(z.string(), z.unknown(), "must be a JSON Schema object")
  .meta({ id: "JsonSchema", description: "JSON Schema, draft 2020-12, as far as its cost can be bounded" });
export type JsonSchema = z.output<typeof JsonSchema>;

/** An object whose keys were refused is not refused again for being empty without them. */
const unlessRefused = ({ issues }: { issues: readonly unknown[] }) => issues.length === 0;

/** One attribute compared: every operator given must hold. */
const Comparison = z
  .strictObject({
    in: z
      .array(Literal)
      .min(1)
      .max(ruleLimits.alternatives)
      .optional()
      .describe("A list of literals. True if the value equals any"),
    prefix: Text.optional().describe("Begins with"),
    suffix: Text.optional().describe("Ends with"),
    glob: z.string().min(1).max(ruleLimits.pattern).optional().describe("* and ? wildcards"),
    regex: z.string().min(1).max(ruleLimits.pattern).optional().describe("RE2, anchored at both ends"),
    contains: Literal.optional().describe(
      "A list that holds the value, or text that holds the part. A scope is held as grants are: write:* holds write:payments",
    ),
    exists: z.boolean().optional().describe("Whether there is a value at all"),
    cidr: z
      .union([Network, z.array(Network).min(1).max(ruleLimits.alternatives)])
      .optional()
      .describe("An address inside this network, or one of these: 10.0.0.0/8"),
    mediaType: z
      .union([MediaType, z.array(MediaType).min(1).max(50)])
      .optional()
      .describe("A media type such as application/json, or text/*; case and parameters do not count"),
    schema: JsonSchema.optional().describe(
      "JSON Schema that the whole value must fit; goes with no other operator",
    ),
    gt: Bound.optional().describe("Greater than; numbers with numbers, text with text"),
    gte: Bound.optional().describe("At least"),
    lt: Bound.optional().describe("Less than"),
    lte: Bound.optional().describe("At most"),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: "must name an operator, such as in or prefix",
    when: unlessRefused,
  })
  .refine(
    (given) => given.exists !== false || Object.keys(given).length === 1,
    "exists: false goes with no other operator",
  )
  .refine(
    (given) => given.schema === undefined || Object.keys(given).length === 1,
    "schema goes with no other operator",
  );
export type Comparison = z.output<typeof Comparison>;

const OneMatcher = z.union([Literal, Comparison]);

/** What a value must be: a literal means equals, an array means any of. */
export const Matcher = z
  .union([OneMatcher, z.array(OneMatcher).min(1).max(ruleLimits.alternatives)])
  .meta({ id: "Matcher", description: "A literal means equals; an array means any of" });
export type Matcher = z.output<typeof Matcher>;

/** Attributes of a credential that a rule may speak of, beside `metadata.<name>`. */
export const credentialAttributes = {
  id: "Id of the key",
  name: "Name of the key",
  environment: "live or test",
  scopes: "The key's whole grant; contains asks whether it is held",
  roles: "Names of the key's roles",
  customer: "externalId of the key's customer",
  labels: "The customer's labels",
  externalId: "The provider's own id of the key",
} as const;
export type CredentialAttribute = keyof typeof credentialAttributes;

/** `metadata.plan`, `metadata.address.country`: names joined by dots, at most 5 deep. */
export const metadataAttribute = /^metadata(\.[A-Za-z0-9_-]{1,100}){1,5}$/;

const attribute = (name: CredentialAttribute) => Matcher.optional().describe(credentialAttributes[name]);

const CredentialConditions = z
  .object({
    id: attribute("id"),
    name: attribute("name"),
    environment: attribute("environment"),
    scopes: attribute("scopes"),
    roles: attribute("roles"),
    customer: attribute("customer"),
    labels: attribute("labels"),
    externalId: attribute("externalId"),
  })
  .catchall(Matcher)
  .refine(
    (given) => Object.keys(given).length > 0,
    "must name an attribute; any key at all is id: { exists: true }",
  )
  .check((context) => {
    for (const name of Object.keys(context.value))
      if (!Object.hasOwn(credentialAttributes, name) && !metadataAttribute.test(name))
        context.issues.push({
          code: "custom",
          input: name,
          path: [name],
          message: `is not an attribute of a credential; there are ${Object.keys(credentialAttributes).join(", ")} and metadata.<name>`,
        });
  })
  .meta({ id: "CredentialConditions", description: "Attributes of the key; all must match" });
export type CredentialConditions = z.output<typeof CredentialConditions>;

const TokenConditions = z
  .record(z.string().min(1, "must not be empty").max(200), Matcher)
  .refine(
    (given) => Object.keys(given).length > 0,
    "must name a claim; any token at all is sub: { exists: true }",
  )
  .meta({
    id: "TokenConditions",
    description:
      "Verified claims of a JWT, by name or by a path such as realm_access.roles; all must match. A key has none",
  });
export type TokenConditions = z.output<typeof TokenConditions>;

const named = (what: string) => ({
  error: `must name ${what}`,
  when: unlessRefused,
});
const isNamed = (given: object) => Object.keys(given).length > 0;
const Matchers = z.record(z.string().min(1, "must not be empty").max(200), Matcher);

const HeaderConditions = Matchers.refine(isNamed, named("a header")).meta({
  id: "HeaderConditions",
  description: "Headers by name; all must match. _ is read as -, and values split at commas",
});
const QueryConditions = Matchers.refine(isNamed, named("a parameter")).meta({
  id: "QueryConditions",
  description: "Query parameters by name; all must match",
});

const BodyConditions = z
  .object({
    schema: JsonSchema.optional().describe("JSON Schema that the whole body must fit"),
    fields: Matchers.refine(isNamed, named("a field"))
      .optional()
      .describe("Fields by path, for those that are named schema or fields themselves"),
  })
  .catchall(Matcher)
  .refine(isNamed, named("schema or a field"))
  .meta({
    id: "BodyConditions",
    description: "schema, and fields of the body by path such as items.price; all must match",
  });
export type BodyConditions = z.output<typeof BodyConditions>;

/** Addresses and networks. */
const AddressConditions = z
  .union([
    Network,
    z.array(Network).min(1).max(ruleLimits.alternatives),
    z
      .strictObject({
        cidr: z.union([Network, z.array(Network).min(1).max(ruleLimits.alternatives)]).optional(),
        exists: z.boolean().optional(),
      })
      .refine(isNamed, named("cidr or exists")),
  ])
  .meta({ id: "AddressConditions", description: "The client's address: in any of these networks" });
export type AddressConditions = z.output<typeof AddressConditions>;

const EntityConditions = Matchers.refine(isNamed, named("an attribute")).meta({
  id: "EntityConditions",
  description: "Attributes by path, such as type, id or properties.role; all must match",
});
export type EntityConditions = z.output<typeof EntityConditions>;

export type Entity = (typeof entities)[number];

export const Method = z.enum(methods, `must be one of ${methods.join(", ")}`);
const RouteTemplate = z
  .string()
  .min(1)
  .max(ruleLimits.route)
  .describe("{name} is one segment, {name?} an optional last one, * one, ** any number");
const RoutePattern = z.strictObject({
  regex: z
    .string()
    .min(1)
    .max(ruleLimits.pattern)
    .describe("RE2 over the decoded path, anchored at both ends"),
});
const OneRoute = z.union([RouteTemplate, RoutePattern]);
export type OneRoute = z.output<typeof OneRoute>;

/** What a request must be. Keys AND, arrays OR; `any`, `all` and `not` nest. */
export interface Conditions {
  method?: z.output<typeof Method> | z.output<typeof Method>[] | undefined;
  route?: OneRoute | OneRoute[] | undefined;
  credential?: CredentialConditions | undefined;
  token?: TokenConditions | undefined;
  header?: Record<string, Matcher> | undefined;
  query?: Record<string, Matcher> | undefined;
  body?: BodyConditions | undefined;
  ip?: AddressConditions | undefined;
  subject?: EntityConditions | undefined;
  action?: EntityConditions | undefined;
  resource?: EntityConditions | undefined;
  context?: EntityConditions | undefined;
  any?: Conditions[] | undefined;
  all?: Conditions[] | undefined;
  not?: Conditions | undefined;
}

const conditionKeys = {
  method: z
    .union([Method, z.array(Method).min(1).max(methods.length)])
    .optional()
    .describe("GET covers HEAD"),
  route: z.union([OneRoute, z.array(OneRoute).min(1).max(50)]).optional(),
  header: HeaderConditions.optional(),
  query: QueryConditions.optional(),
  body: BodyConditions.optional(),
  credential: CredentialConditions.optional(),
  token: TokenConditions.optional(),
  ip: AddressConditions.optional(),
  subject: EntityConditions.optional(),
  action: EntityConditions.optional(),
  resource: EntityConditions.optional(),
  context: EntityConditions.optional(),
};

export const NestedConditions: z.ZodType<Conditions> = z
  .strictObject({
    ...conditionKeys,
    get any() {
      return z.array(NestedConditions).min(1).max(50).optional().describe("At least one of these holds");
    },
    get all() {
      return z.array(NestedConditions).min(1).max(50).optional().describe("All of these hold");
    },
    // Described, a reference to itself sends the OpenAPI generator round for ever.
    get not() {
      return NestedConditions.optional();
    },
  })
  .refine((given) => Object.keys(given).length > 0, { error: "must name a condition", when: unlessRefused })
  .meta({ id: "Conditions", description: "Keys AND, arrays OR" });

export const When: z.ZodType<Conditions> = z.strictObject({
  ...conditionKeys,
  any: z.array(NestedConditions).min(1).max(50).optional().describe("At least one of these holds"),
  all: z.array(NestedConditions).min(1).max(50).optional().describe("All of these hold"),
  not: NestedConditions.optional().describe("This does not hold"),
});
