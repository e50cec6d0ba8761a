import { isCelList, isCelMap, isCelUint, type CelValue } from "@bufbuild/cel";
import { toJson } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { shown } from "@/lib/rules/language/attributes/shown";
import { isSecretName } from "@/lib/rules/language/secret-names";

const itemsMax = 25;

/** A value of an expression as an explanation shows it: plain JSON, cut, with what stands under a secret's name hidden. */
export function shownValue(value: CelValue): unknown {
  return shown(plain(value, 0));
}

function plain(value: CelValue, depth: number): unknown {
  if (typeof value === "bigint") return numberOf(value);
  if (typeof value !== "object" || value === null) return value;
  if (isCelUint(value)) return numberOf(value.value);
  if (depth > 3) return "…";
  if (isCelList(value)) return firstOf(value).map((item) => plain(item, depth + 1));
  if (isCelMap(value))
    return Object.fromEntries(
      firstOf(value).map(([key, item]) => {
        const name = String(plain(key, 0));
        return [name, isSecretName(name) ? "(hidden)" : plain(item, depth + 1)];
      }),
    );
  if (isReflectMessage(value)) return toJson(value.desc, value.message);
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value);
}

function numberOf(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function firstOf<Item>(items: Iterable<Item>): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === itemsMax) break;
    first.push(item);
  }
  return first;
}
