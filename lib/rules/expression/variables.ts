import { celError, CelScalar, listType, mapType, objectType, type CelType, type CelValue } from "@bufbuild/cel";
import { reflect } from "@bufbuild/protobuf/reflect";
import { timestampFromMs, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { viewJson, viewRecord } from "@/lib/rules/expression/evaluate/json-view";
import { headersOf, pathText, queryOf, type Asked, type QuestionBody, type Values } from "@/lib/rules/language/question";

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

const text = (read: Read): Variable => ({ type: STRING, read: (asked) => present(read(asked)), view: viewJson });
const listOfText = (read: Read): Variable => ({ ...text(read), type: texts });
const json = (read: Read, type: CelType = record): Variable => ({ type, read, view: viewJson });
const named = (
  read: (asked: Asked) => Values,
  type: CelType,
  viewField: (value: unknown) => CelValue | undefined,
): Variable => ({ type: mapType(STRING, type), read, view: (values) => viewValues(values, viewField) });

/** The variables of every expression by root and field. A root without fields is a value itself. */
export const variables: Record<string, Variable | Record<string, Variable>> = {
  request: {
    method: text(({ method }) => method),
    path: text(pathText),
    segments: listOfText(({ segments }) => segments),
    headers: named(headersOf, STRING, joined),
    headerValues: named(headersOf, texts, listed),
    query: named(queryOf, STRING, single),
    queryValues: named(queryOf, texts, listed),
    body: { type: DYN, read: ({ body }) => body, view: viewBody },
    ip: text(({ address }) => address),
  },
  credential: {
    id: text(({ credential }) => credential?.keyId),
    name: text(({ credential }) => (credential?.token === undefined ? credential?.name : undefined)),
    environment: text(({ credential }) =>
      credential?.token === undefined ? credential?.environment : undefined,
    ),
    scopes: listOfText(({ credential }) => credential?.scopes),
    roles: listOfText(({ credential }) => credential?.roles),
    customer: text(({ credential }) => credential?.customer?.externalId),
    labels: listOfText(({ credential }) => credential?.labels),
    externalId: text(({ credential }) => credential?.externalId),
    metadata: json(({ credential }) => credential?.metadata),
  },
  token: json(({ credential }) => credential?.token),
  service: {
    slug: text(({ service }) => service.slug),
    name: text(({ service }) => service.name),
  },
  subject: {
    type: text(({ evaluation }) => evaluation?.subject.type),
    id: text(({ evaluation }) => evaluation?.subject.id),
    properties: json(({ evaluation }) => evaluation?.subject.properties),
  },
  action: {
    name: text(({ evaluation }) => evaluation?.action.name),
    properties: json(({ evaluation }) => evaluation?.action.properties),
  },
  resource: {
    type: text(({ evaluation }) => evaluation?.resource.type),
    id: text(({ evaluation }) => evaluation?.resource.id),
    properties: json(({ evaluation }) => evaluation?.resource.properties),
  },
  context: json(({ evaluation }) => evaluation?.context),
  now: {
    type: objectType(TimestampSchema),
    read: () => Date.now(),
    view: (value) => reflect(TimestampSchema, timestampFromMs(Number(value))),
  },
};

/** The question whose expression is being evaluated; evaluation is synchronous, so there is one at a time. */
let current: Asked | null = null;

/** Says what the variables read from now on. */
export function readVariablesFrom(asked: Asked): void {
  current = asked;
}

/** How a prepared expression asks for one variable of the question that is being judged. */
interface Reader {
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
