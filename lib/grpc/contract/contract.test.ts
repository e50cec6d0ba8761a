import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkContract, writeContract } from "@/lib/grpc/contract/contract";

let root = "";

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "latchkey-contract-"));
  for (const part of ["proto", "lib/grpc/generated"])
    cpSync(part, path.join(root, part), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function edit(file: string, from: string, to: string): void {
  const place = path.join(root, "proto/latchkey/v1", file);
  const text = readFileSync(place, "utf8");
  expect(text).toContain(from);
  writeFileSync(place, text.replace(from, to));
}

test("the committed contract is linted, formatted, unbroken, and its generated code current", () => {
  expect(checkContract(".")).toEqual([]);
});

describe("a change that breaks callers is refused", () => {
  test.each([
    ["a field that is gone", "key.proto", "  string name = 2;\n", ""],
    ["a field of another number", "key.proto", "string name = 2;", "string name = 90;"],
    ["a field of another type", "key.proto", "string name = 2;", "int64 name = 2;"],
    [
      "a call that is gone",
      "key_service.proto",
      "  rpc GetKey(GetKeyRequest) returns (GetKeyResponse);\n",
      "",
    ],
    ["a value that is gone", "key.proto", "  KEY_STATUS_EXPIRED = 5;\n", ""],
  ])("%s", (_, file, from, to) => {
    edit(file, from, to);
    expect(checkContract(root).join("\n")).toContain("buf breaking");
    expect(writeContract(root).join("\n")).toContain("buf breaking");
  });
});

test("a field that is added needs its code generated and is protected from then on", () => {
  edit("key.proto", "  string name = 2;\n", "  string name = 2;\n  string nickname = 90;\n");
  expect(checkContract(root)).toEqual([
    "Not of the files in proto/: proto/baseline.json, latchkey/v1/key_pb.ts. Run `npm run proto`.",
  ]);
  expect(writeContract(root)).toEqual([]);
  expect(checkContract(root)).toEqual([]);
  edit("key.proto", "  string nickname = 90;\n", "");
  expect(checkContract(root).join("\n")).toContain('"90" with name "nickname"');
});

test("what does not follow the rules of style is refused", () => {
  edit("key_service.proto", "rpc GetKey(GetKeyRequest)", "rpc get_key(GetKeyRequest)");
  expect(checkContract(root).join("\n")).toContain("buf lint");
});
