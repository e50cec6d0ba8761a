import type { DescEnum } from "@bufbuild/protobuf";
import { KeySort, LastUsed } from "@/lib/keys/reading/schema";
import { KeyEnvironment, KeyStatus } from "@/lib/keys/schema";
import { VerifyCode } from "@/lib/keys/verification/schema";
import { CustomerStatus } from "@/lib/customers/schema";
import { EffectiveLimits, QuotaInput, RateLimitInput } from "@/lib/limits/schema";
import { UsageGroup, UsageInterval, UsageOutcome, UsageRange } from "@/lib/usage/schema";

const { plan, quotas } = EffectiveLimits.shape;

/** The words that HTTP uses for each enum of the contract. */
export const enumWords: Readonly<Record<string, readonly string[]>> = {
  "latchkey.v1.CustomerStatus": CustomerStatus.options,
  "latchkey.v1.KeyEnvironment": KeyEnvironment.options,
  "latchkey.v1.KeySort": KeySort.options,
  "latchkey.v1.KeyStatus": KeyStatus.options,
  "latchkey.v1.LastUsed": LastUsed.options,
  "latchkey.v1.LimitAlgorithm": RateLimitInput.shape.algorithm.unwrap().options,
  "latchkey.v1.LimitSource": quotas.element.shape.source.options,
  "latchkey.v1.PlanSource": plan.unwrap().shape.from.options,
  "latchkey.v1.QuotaPeriod": QuotaInput.shape.per.options,
  "latchkey.v1.UsageGroup": UsageGroup.options,
  "latchkey.v1.UsageInterval": UsageInterval.options,
  "latchkey.v1.UsageOutcome": UsageOutcome.options,
  "latchkey.v1.UsageRange": UsageRange.options,
  "latchkey.v1.VerifyCode": VerifyCode.options,
};

/** `token-bucket` → `LIMIT_ALGORITHM_TOKEN_BUCKET`. A word without a value becomes a name that no reader takes. */
export function enumName(desc: DescEnum, word: string): string {
  return `${upperSnake(desc.name)}_${upperSnake(word)}`;
}

/** `LIMIT_ALGORITHM_TOKEN_BUCKET` → `token-bucket`; undefined for `…_UNSPECIFIED`, which says nothing. */
export function enumWord(desc: DescEnum, name: string): string | undefined {
  if (name === enumName(desc, "unspecified")) return undefined;
  return enumWords[desc.typeName]?.find((word) => enumName(desc, word) === name) ?? name;
}

function upperSnake(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();
}
