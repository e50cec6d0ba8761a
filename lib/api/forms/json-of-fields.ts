import { z } from "zod";
import type { FormFields } from "@/lib/api/forms/read-fields";

/** What is read of a JSON schema to know which kinds of value a field takes. */
export interface FieldSchema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  items?: FieldSchema | undefined;
  properties?: Record<string, FieldSchema> | undefined;
  anyOf?: FieldSchema[] | undefined;
  oneOf?: FieldSchema[] | undefined;
  allOf?: FieldSchema[] | undefined;
}

export const FieldSchema: z.ZodType<FieldSchema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    items: FieldSchema.optional(),
    properties: z.record(z.string(), FieldSchema).optional(),
    anyOf: z.array(FieldSchema).optional(),
    oneOf: z.array(FieldSchema).optional(),
    allOf: z.array(FieldSchema).optional(),
  }),
);

/** Schemas by the name that `$ref` gives them. */
export type NamedSchemas = Readonly<Record<string, FieldSchema>>;

/**
 * A form as the JSON that its operation takes: each text becomes the number, boolean or list that the schema has in its
 * place. What nests is written as JSON text. A text that does not fit stays text, for the schema itself to refuse.
 */
export function jsonOfFields(
  fields: FormFields,
  { schema, named }: { schema: FieldSchema; named: NamedSchemas },
): Record<string, unknown> {
  const properties = propertiesOf(schema, named);
  const entries = [...fields].map(([name, texts]) => {
    const property = properties.get(name);
    return [
      name,
      valueOf(texts, property === undefined ? [] : alternatives(property, named), named),
    ] as const;
  });
  return Object.fromEntries(entries);
}

function propertiesOf(schema: FieldSchema, named: NamedSchemas): Map<string, FieldSchema> {
  return new Map(alternatives(schema, named).flatMap(({ properties = {} }) => Object.entries(properties)));
}

/** A schema with what it refers to and chooses from, without those that only do that. */
function alternatives(schema: FieldSchema, named: NamedSchemas): FieldSchema[] {
  const target =
    schema.$ref === undefined ? undefined : named[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (target !== undefined) parts.push(target);
  return [schema, ...parts.flatMap((part) => alternatives(part, named))];
}

function valueOf(texts: readonly string[], schemas: readonly FieldSchema[], named: NamedSchemas): unknown {
  const [text = ""] = texts;
  const lists = schemas.filter((schema) => takes(schema, "array"));
  const isText = schemas.some((schema) => takes(schema, "string"));
  if (texts.length > 1 || (lists.length > 0 && !isText && !text.startsWith("["))) {
    const items = lists.flatMap(({ items: item = {} }) => alternatives(item, named));
    return texts.map((each) => single(each, items));
  }
  return single(text, schemas);
}

function single(text: string, schemas: readonly FieldSchema[]): unknown {
  const may = (type: string) => schemas.some((schema) => takes(schema, type));
  if (may("null") && text === "") return null;
  if (may("string")) return text;
  if ((may("number") || may("integer")) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (may("boolean") && (text === "true" || text === "false")) return text === "true";
  if (may("object") || may("array")) return parsed(text);
  return text;
}

function takes({ type, const: only, enum: listed }: FieldSchema, wanted: string): boolean {
  if (type !== undefined) return type === wanted || (Array.isArray(type) && type.includes(wanted));
  return [only, ...(listed ?? [])].some((value) => typeof value === wanted);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
