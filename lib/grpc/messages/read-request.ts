import { fromBinary } from "@bufbuild/protobuf";
import type {
  DescField,
  DescMessage,
  JsonObject,
  JsonValue,
  Message,
  MessageShape,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";
import { toHttpJson } from "@/lib/grpc/messages/http-json";

/**
 * The bytes of a request as its message. Fields that the contract does not know are refused, as HTTP refuses them: a
 * limit that a newer caller sets and an older server overlooks would make a key that nobody asked for.
 * Throws `bad-request` for bytes that are no such message, `invalid` for unknown fields.
 */
export function readMessage<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> {
  const message = readable(desc, () => fromBinary(desc, bytes));
  refuseUnknownFields(desc, message);
  return message;
}

/** The bytes of a request as the input that HTTP would have had. Throws also `invalid` for a mask that names no field. */
export function readRequest(desc: DescMessage, bytes: Uint8Array): JsonObject {
  const message = readMessage(desc, bytes);
  const { updateMask, ...fields } = readable(desc, () => toHttpJson(desc, message));
  return typeof updateMask === "string" && updateMask !== ""
    ? maskedFields(desc, fields, updateMask.split(","))
    : fields;
}

function refuseUnknownFields(desc: DescMessage, message: Message): void {
  if (message.$unknown === undefined && !hasParts(desc)) return;
  const unknown = unknownField(reflect(desc, message));
  if (unknown === null) return;
  const sentence = `Unrecognized field number ${unknown.number} in ${unknown.message}`;
  throw inputProblem([{ path: [], message: sentence }]);
}

function hasParts(desc: DescMessage): boolean {
  return desc.fields.some((field) => field.message !== undefined);
}

function readable<Value>(desc: DescMessage, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? `: ${error.message}` : "";
    throw new Problem("bad-request", `The bytes are not the ${desc.typeName} that was expected${why}.`);
  }
}

function unknownField(message: ReflectMessage): { message: string; number: number } | null {
  const [first] = message.getUnknown() ?? [];
  if (first !== undefined) return { message: message.desc.typeName, number: first.no };
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    for (const part of partsOf(message, field)) {
      const found = unknownField(part);
      if (found !== null) return found;
    }
  }
  return null;
}

function partsOf(message: ReflectMessage, field: DescField): ReflectMessage[] {
  if (field.fieldKind === "message") return [message.get(field)];
  if (field.fieldKind === "list" && field.listKind === "message")
    return [...message.get(field)].filter(isReflected);
  return [];
}

function isReflected(item: unknown): item is ReflectMessage {
  return typeof item === "object" && item !== null && "getUnknown" in item;
}

/** Exactly the named fields; one that is not set is emptied. A field that is set and not named would be lost: refused. */
function maskedFields(
  desc: DescMessage,
  { id = "", ...fields }: JsonObject,
  names: readonly string[],
): JsonObject {
  const changeable = new Map(desc.fields.map((field) => [field.jsonName, field]));
  for (const name of ["id", "updateMask"]) changeable.delete(name);
  const issues = [
    ...names
      .filter((name) => !changeable.has(name))
      .map((name) => `names no field that can be changed: ${name}`),
    ...Object.keys(fields)
      .filter((name) => !names.includes(name))
      .map((name) => `does not name ${name}, which is set`),
  ];
  if (issues.length > 0) throw inputProblem(issues.map((message) => ({ path: ["updateMask"], message })));
  const changes = names.map((name) => [name, fields[name] ?? emptyOf(changeable.get(name))]);
  return { id, ...Object.fromEntries(changes) };
}

function emptyOf(field: DescField | undefined): JsonValue {
  if (field?.fieldKind === "list") return [];
  return field?.message?.typeName === "google.protobuf.Struct" ? {} : null;
}
