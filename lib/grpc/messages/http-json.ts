import { fromJson, ScalarType, toJson, type DescField, type DescMessage } from "@bufbuild/protobuf";
import type { JsonObject, JsonValue, Message } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { z } from "zod";
import { enumName, enumWord } from "@/lib/grpc/messages/enum-words";

const Json = z.record(z.string(), z.json());

/**
 * A message in the JSON of the HTTP API: its words for enums, numbers for 64-bit integers, nothing for what is unset.
 * Throws where a message holds what JSON cannot (a time outside the years 1 to 9999, a number that is none).
 */
export function toHttpJson(desc: DescMessage, message: Message): JsonObject {
  return walk(desc, Json.parse(toJson(desc, message)), fromProtobuf);
}

/** The HTTP API's JSON as a message; members that the message lacks are left out. */
export function fromHttpJson(desc: DescMessage, json: object): Message {
  // Also turns what only JSON.stringify knows how to write into plain values.
  const plain = Json.parse(JSON.parse(JSON.stringify(json)));
  return fromJson(desc, walk(desc, plain, toProtobuf), { ignoreUnknownFields: true });
}

/** What differs between protobuf's own JSON and that of the HTTP API. */
type Translate = (field: DescField, value: JsonValue) => JsonValue | undefined;

function walk(desc: DescMessage, json: JsonObject, translate: Translate): JsonObject {
  // Timestamps, structs and their like have a JSON form of their own, which HTTP uses too.
  if (desc.file.proto.package === "google.protobuf") return json;
  const entries = desc.fields.flatMap((field): [string, JsonValue][] => {
    const value = json[field.jsonName] ?? implicitValue(field);
    const translated = value === undefined ? undefined : walkField(field, value, translate);
    return translated === undefined ? [] : [[field.jsonName, translated]];
  });
  return Object.fromEntries(entries);
}

function walkField(field: DescField, value: JsonValue, translate: Translate): JsonValue | undefined {
  if (Array.isArray(value) && field.fieldKind === "list")
    return value.map((item) => walkOne(field, item, translate) ?? null);
  return walkOne(field, value, translate);
}

function walkOne(field: DescField, value: JsonValue, translate: Translate): JsonValue | undefined {
  const { message } = field;
  if (message !== undefined && field.fieldKind !== "map")
    return isObject(value) ? walk(message, value, translate) : value;
  return translate(field, value);
}

/** A number or text without presence is always there, so that a rule such as "at least 1" can speak of it. */
function implicitValue(field: DescField): JsonValue | undefined {
  if (field.fieldKind !== "scalar" || field.presence !== FeatureSet_FieldPresence.IMPLICIT) return undefined;
  if (field.scalar === ScalarType.STRING) return "";
  return field.scalar === ScalarType.BOOL ? false : 0;
}

const fromProtobuf: Translate = (field, value) => {
  if (field.enum !== undefined && typeof value === "string") return enumWord(field.enum, value);
  return isWide(field) && typeof value === "string" ? Number(value) : value;
};

const toProtobuf: Translate = (field, value) =>
  field.enum !== undefined && typeof value === "string" ? enumName(field.enum, value) : value;

const wideTypes: ReadonlySet<unknown> = new Set([ScalarType.INT64, ScalarType.UINT64]);

function isWide(field: DescField): boolean {
  return wideTypes.has(field.scalar);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
