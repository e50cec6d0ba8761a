import {
  celError,
  CelScalar,
  listType,
  mapType,
  objectType,
  type CelType,
  type CelValue,
} from "@bufbuild/cel";
import { reflect } from "@bufbuild/protobuf/reflect";
import { timestampFromMs, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { viewJson, viewRecord } from "@/lib/rules/expression/evaluate/json-view";
import { credentialReaders } from "@/lib/rules/language/attributes/credential";
import { entityOf } from "@/lib/rules/language/attributes/entity";
import { foldCase } from "@/lib/rules/language/fold-case";
import {
  foldedSegments,
  headersOf,
  pathText,
  queryOf,
  type Asked,
  type QuestionBody,
  type Values,
} from "@/lib/rules/language/question";
import type { CredentialAttribute, Entity } from "@/lib/rules/language/conditions/conditions-schema";

type Read = (asked: Asked) => unknown;

/**
 * One thing that an expression may read. Absent is undefined: `has()` is false, and reading it is an error, but for a
 * record, which then has no fields, so that `has(token.sub)` is false for a key.
 */
interface Variable {
  type: CelType;
  read: Read;
  view: (value: unknown) => CelValue | undefined;
}

const { DYN, STRING } = CelScalar;
const texts = listType(STRING);
const record = mapType(STRING, DYN);

const text = (read: Read): Variable => ({
  type: STRING,
  read: (asked) => present(read(asked)),
  view: viewJson,
});
const listOfText = (read: Read): Variable => ({ ...text(read), type: texts });
const json = (read: Read, type: CelType = record): Variable => ({ type, read, view: viewJson });
const named = (
  read: (asked: Asked) => Values,
  type: CelType,
  viewField: (value: unknown) => CelValue | undefined,
): Variable => ({ type: mapType(STRING, type), read, view: (values) => viewValues(values, viewField) });

const attribute = (name: CredentialAttribute): Read => {
  const read = credentialReaders[name];
  return ({ credential }) => (credential === null ? undefined : read(credential));
};

const part = (entity: Entity, name: string): Read => {
  return (asked) => Object.getOwnPropertyDescriptor(entityOf(asked, entity), name)?.value;
};

/** The variables of every expression by root and field. A root without fields is a value itself. */
export const variables: Record<string, Variable | Record<string, Variable>> = {
  request: {
    method: text(methodOf),
    path: text((asked) => (isFolded(asked) ? foldCase(pathText(asked)) : pathText(asked))),
    segments: listOfText((asked) => (isFolded(asked) ? foldedSegments(asked) : asked.segments)),
    headers: named(headersOf, STRING, joined),
    headerValues: named(headersOf, texts, listed),
    query: named(queryOf, STRING, single),
    queryValues: named(queryOf, texts, listed),
    body: { type: DYN, read: ({ body }) => body, view: viewBody },
    ip: text(({ address }) => address),
  },
  credential: {
    id: text(attribute("id")),
    name: text(attribute("name")),
    environment: text(attribute("environment")),
    scopes: listOfText(attribute("scopes")),
    roles: listOfText(attribute("roles")),
    customer: text(attribute("customer")),
    labels: listOfText(attribute("labels")),
    externalId: text(attribute("externalId")),
    metadata: json(({ credential }) => credential?.metadata),
  },
  token: json(({ credential }) => credential?.token),
  service: {
    slug: text(({ service }) => service.slug),
    name: text(({ service }) => service.name),
  },
  subject: {
    type: text(part("subject", "type")),
    id: text(part("subject", "id")),
    properties: json(part("subject", "properties")),
  },
  action: {
    name: text((asked) => (asked.evaluation === undefined ? methodOf(asked) : asked.evaluation.action.name)),
    properties: json(part("action", "properties")),
  },
  resource: {
    type: text(part("resource", "type")),
    id: text(part("resource", "id")),
    properties: json(part("resource", "properties")),
  },
  context: json((asked) => entityOf(asked, "context")),
  now: {
    type: objectType(TimestampSchema),
    read: () => (currentNowMs ??= past ?? Date.now()),
    view: (value) => reflect(TimestampSchema, timestampFromMs(Number(value))),
  },
};

/** What a rule says of GET holds for HEAD. */
function methodOf({ method }: Asked): string {
  return method === "HEAD" ? "GET" : method;
}

/** Where `/Admin` is `/admin` to the upstream, expressions see it in lower case, as routes do. */
function isFolded({ service }: Asked): boolean {
  return !service.paths.caseSensitive;
}

/** The question whose expression is being evaluated; evaluation is synchronous, so there is one at a time. */
let current: Asked | null = null;

/** What `now` is for it, read once, so that no expression sees the clock move. Kept here: a question with one more field takes three times as long to judge. */
let currentNowMs: number | null = null;

/** Says what the variables read from now on. */
export function readVariablesFrom(asked: Asked): void {
  if (asked === current) return;
  current = asked;
  currentNowMs = null;
}

/** The time that `now` stands still at; null is the clock. Milliseconds since 1970. */
let past: number | null = null;

/** Does synchronous work for which `now` is a time of the past: a recorded call is judged once more as of then. */
export function asOf<Result>(timeMs: number, work: () => Result): Result {
  past = timeMs;
  current = null;
  try {
    return work();
  } finally {
    past = null;
    current = null;
  }
}

/** How a prepared expression asks for one variable of the question that is being judged. */
interface Reader {
  steps: number;
  read: () => CelValue | undefined;
  has: () => boolean;
}

/** Every variable by its full name. */
export const readersByName: ReadonlyMap<string, Reader> = new Map(
  Object.entries(variables).flatMap(([root, variable]) =>
    isVariable(variable)
      ? [[root, readerOf(variable)] as const]
      : Object.entries(variable).map(([field, one]) => [`${root}.${field}`, readerOf(one)] as const),
  ),
);

export function isVariable(one: Variable | Record<string, Variable>): one is Variable {
  return typeof one["read"] === "function";
}

function readerOf({ type, read, view }: Variable): Reader {
  const ofCurrent = () => (current === null ? undefined : read(current));
  const instead = type === record ? {} : undefined;
  return {
    steps: type.name === TimestampSchema.typeName ? 10 : 1,
    read: () => {
      const value = ofCurrent() ?? instead;
      return value === undefined ? undefined : view(value);
    },
    has: () => hasValue(ofCurrent()),
  };
}

/** A body that cannot be read is there all the same. */
function hasValue(value: unknown): boolean {
  return isBody(value) ? value.kind !== "absent" : value !== undefined;
}

function present(value: unknown): unknown {
  return value ?? undefined;
}

function viewValues(values: unknown, viewField: (value: unknown) => CelValue | undefined) {
  return typeof values === "object" && values !== null ? viewRecord(values, viewField) : undefined;
}

function listed(values: unknown): CelValue | undefined {
  return viewJson(typeof values === "string" ? [values] : values);
}

/** As HTTP joins the lines of one header. */
function joined(values: unknown): CelValue | undefined {
  return Array.isArray(values) ? values.join(", ") : viewJson(values);
}

/** A parameter that is given twice is no one value: to take either would let the other slip past. */
function single(values: unknown): CelValue | undefined {
  if (!Array.isArray(values)) return viewJson(values);
  if (values.length > 1) throw new Error("the parameter is given several times; queryValues holds them all");
  return viewJson(values[0]);
}

function isBody(value: unknown): value is QuestionBody {
  return typeof value === "object" && value !== null && "kind" in value;
}

function viewBody(body: unknown): CelValue | undefined {
  if (!isBody(body) || body.kind === "absent") return undefined;
  if (body.kind === "error") throw celError(`the body cannot be read: ${body.message}`);
  return body.kind === "json" ? viewJson(body.value) : viewRecord(body.fields, single);
}
