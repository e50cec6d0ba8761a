import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  CreateCustomer,
  Customer,
  CustomerPage,
  ListCustomers,
  UpdateCustomer,
} from "@/lib/customers/schema";
import { file_latchkey_v1_customer, CustomerSchema } from "@/lib/grpc/generated/latchkey/v1/customer_pb";
import * as customers from "@/lib/grpc/generated/latchkey/v1/customer_service_pb";
import * as key from "@/lib/grpc/generated/latchkey/v1/key_pb";
import * as keys from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { file_latchkey_v1_limit } from "@/lib/grpc/generated/latchkey/v1/limit_pb";
import { file_latchkey_v1_usage } from "@/lib/grpc/generated/latchkey/v1/usage_pb";
import * as usage from "@/lib/grpc/generated/latchkey/v1/usage_service_pb";
import { enumName, enumWord, enumWords } from "@/lib/grpc/messages/enum-words";
import {
  CreateKey,
  ExtendRotation,
  RevokedKeys,
  RevokeKey,
  RevokeKeys,
  RotateKey,
  UpdateKey,
} from "@/lib/keys/changes/schema";
import { KeyGrant, KeyPage, ListKeys } from "@/lib/keys/reading/schema";
import { IssuedKey, Key, KeyDetail } from "@/lib/keys/schema";
import { VerifyAnswer, VerifyRequest } from "@/lib/keys/verification/schema";
import { usageLineColumns } from "@/lib/usage/export/format";
import { UsageExport, UsagePeriod, UsageQuestion } from "@/lib/usage/question";
import { KeyUsage, Usage } from "@/lib/usage/schema";

const files = [
  file_latchkey_v1_customer,
  key.file_latchkey_v1_key,
  keys.file_latchkey_v1_key_service,
  file_latchkey_v1_limit,
  file_latchkey_v1_usage,
  usage.file_latchkey_v1_usage_service,
];
const enums = files.flatMap((file) => file.enums).map((desc): [string, DescEnum] => [desc.typeName, desc]);

describe("every word of HTTP has its value, and every value its word", () => {
  test.each(enums)("%s", (typeName, desc) => {
    const words = enumWords[typeName] ?? [];
    const names = words.map((word) => enumName(desc, word));
    expect(names.toSorted()).toEqual(
      desc.values
        .slice(1)
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(names.map((name) => enumWord(desc, name))).toEqual(words);
    expect(enumWord(desc, desc.values[0]?.name ?? "")).toBeUndefined();
  });

  test("no words are left over", () => {
    expect(Object.keys(enumWords).toSorted()).toEqual(enums.map(([typeName]) => typeName).toSorted());
  });
});

/** Fields that a message has beside HTTP's, and HTTP's that it has not. */
interface Beside {
  added?: string[];
  left?: string[];
}

const id = { added: ["id"] };
const shapes: [string, DescMessage, string[], Beside?][] = [
  ["a new key", keys.CreateKeyRequestSchema, names(CreateKey)],
  ["a key", key.KeySchema, names(Key)],
  ["an issued key", keys.CreateKeyResponseSchema, names(IssuedKey)],
  ["a rotated key", keys.RotateKeyResponseSchema, names(IssuedKey)],
  ["a key in detail", keys.GetKeyResponseSchema, names(KeyDetail), { added: ["key"], left: names(Key) }],
  ["a grant", keys.GetKeyGrantResponseSchema, names(KeyGrant)],
  ["a question for keys", keys.ListKeysRequestSchema, names(ListKeys)],
  ["a page of keys", keys.ListKeysResponseSchema, names(KeyPage)],
  ["changes of a key", keys.UpdateKeyRequestSchema, names(UpdateKey), { added: ["id", "updateMask"] }],
  ["a rotation", keys.RotateKeyRequestSchema, names(RotateKey), id],
  ["another end", keys.ExtendRotationRequestSchema, names(ExtendRotation), id],
  ["a revocation", keys.RevokeKeyRequestSchema, names(RevokeKey), id],
  ["revocations", keys.RevokeKeysRequestSchema, names(RevokeKeys)],
  ["what was revoked", keys.RevokeKeysResponseSchema, names(RevokedKeys)],
  ["a verification", keys.VerifyKeyRequestSchema, names(VerifyRequest), { added: ["scopeExpression"] }],
  ["a verdict", keys.VerifyKeyResponseSchema, names(VerifyAnswer)],
  ["a question for a key's usage", keys.GetKeyUsageRequestSchema, names(UsagePeriod), id],
  ["a key's usage", keys.GetKeyUsageResponseSchema, names(KeyUsage)],
  ["a new customer", customers.CreateCustomerRequestSchema, names(CreateCustomer)],
  ["a customer", CustomerSchema, names(Customer)],
  ["a question for customers", customers.ListCustomersRequestSchema, names(ListCustomers)],
  ["a page of customers", customers.ListCustomersResponseSchema, names(CustomerPage)],
  [
    "changes of a customer",
    customers.UpdateCustomerRequestSchema,
    names(UpdateCustomer),
    // Disabling and enabling are calls of their own.
    { added: ["id", "updateMask"], left: ["disabled"] },
  ],
  ["a question for usage", usage.GetUsageRequestSchema, names(UsageQuestion)],
  ["usage", usage.GetUsageResponseSchema, names(Usage)],
  ["a question for an export", usage.ExportUsageRequestSchema, names(UsageExport), { left: ["format"] }],
  ["a line of an export", usage.UsageLineSchema, [...usageLineColumns]],
];

describe("a message has the fields of HTTP", () => {
  test.each(shapes)("%s", (_, desc, http, { added = [], left = [] } = {}) => {
    const fields = desc.fields.map(({ jsonName }) => jsonName);
    expect(fields.toSorted()).toEqual([...http.filter((name) => !left.includes(name)), ...added].toSorted());
  });
});

function names(schema: z.ZodObject): string[] {
  return Object.keys(schema.shape);
}
