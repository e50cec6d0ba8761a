import {
  celList,
  celMap,
  celUint,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  type CelInput,
  type CelUint,
  type CelValue,
} from "@bufbuild/cel";
import type { Value } from "@bufbuild/cel-spec/cel/expr/value_pb.js";
import { equals, type Registry } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { anyUnpack } from "@bufbuild/protobuf/wkt";

/** A value of the suite as an evaluation is given it. */
export function inputOf(value: Value | undefined, registry: Registry): CelInput {
  const { kind } = value ?? { kind: { case: undefined } };
  switch (kind.case) {
    case "nullValue":
    case undefined:
      return null;
    case "uint64Value":
      return celUint(kind.value);
    case "enumValue":
      return BigInt(kind.value.value);
    case "listValue":
      return celList(kind.value.values.map((item) => inputOf(item, registry)));
    case "mapValue":
      return celMap(
        new Map(
          kind.value.entries.map(({ key, value: item }) => [keyOf(key, registry), inputOf(item, registry)]),
        ),
      );
    case "objectValue": {
      const unpacked = anyUnpack(kind.value, registry);
      if (unpacked === undefined) throw new Error(`${kind.value.typeUrl} is not known`);
      return unpacked;
    }
    case "typeValue":
      throw new Error("types are compared, never given");
    case "boolValue":
    case "bytesValue":
    case "doubleValue":
    case "int64Value":
    case "stringValue":
      return kind.value;
  }
}

function keyOf(value: Value | undefined, registry: Registry): string | bigint | boolean | CelUint {
  const key = inputOf(value, registry);
  if (typeof key === "string" || typeof key === "bigint" || typeof key === "boolean" || isCelUint(key))
    return key;
  throw new Error("not a key");
}

/** Whether an evaluation came to what the suite expects, of the same type and to the last bit. */
export function isExpected(came: CelValue, wanted: Value, registry: Registry): boolean {
  const { kind } = wanted;
  switch (kind.case) {
    case "nullValue":
      return came === null;
    case "uint64Value":
      return isCelUint(came) && came.value === kind.value;
    case "doubleValue":
      return Object.is(came, kind.value) || (came === 0 && kind.value === 0);
    case "bytesValue":
      return came instanceof Uint8Array && Buffer.compare(came, kind.value) === 0;
    case "enumValue":
      return came === BigInt(kind.value.value);
    case "typeValue":
      return isCelType(came) && came.name === kind.value;
    case "listValue": {
      const { values } = kind.value;
      return (
        isCelList(came) &&
        came.size === values.length &&
        values.every((item, index) => isExpected(came.get(index) ?? null, item, registry))
      );
    }
    case "mapValue": {
      const { entries } = kind.value;
      return (
        isCelMap(came) &&
        came.size === entries.length &&
        entries.every(({ key, value }) => {
          const item = came.get(keyOf(key, registry));
          return item !== undefined && value !== undefined && isExpected(item, value, registry);
        })
      );
    }
    case "objectValue": {
      const unpacked = anyUnpack(kind.value, registry);
      return (
        isReflectMessage(came) &&
        unpacked?.$typeName === came.desc.typeName &&
        equals(came.desc, came.message, unpacked, {
          registry,
          unpackAny: true,
          unknown: true,
          extensions: true,
        })
      );
    }
    case "boolValue":
    case "int64Value":
    case "stringValue":
      return came === kind.value;
    case undefined:
      return false;
  }
}
