import { describe, expect, test } from "vitest";
import { folderOf, laidOut, shownValue, sizeText, stepsOf } from "@/components/datastore/value/value-text";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("what can be read of a value", () => {
  test.each([
    ["application/json", '{"a":[1]}', { kind: "json", text: '{\n  "a": [\n    1\n  ]\n}' }],
    ["application/problem+json; charset=utf-8", "1", { kind: "json", text: "1" }],
    ["text/plain", "héllo", { kind: "text", text: "héllo" }],
    ["text/html", "<b>", { kind: "text", text: "<b>" }],
    ["text/plain", "a\0b", { kind: "bytes", text: null }],
    ["image/png", "{}", { kind: "bytes", text: null }],
  ])("%s %j", (contentType, text, shown) => {
    expect(shownValue({ bytes: bytes(text), contentType })).toEqual(shown);
  });

  test("bytes that are not UTF-8 are bytes, whatever their type", () => {
    expect(shownValue({ bytes: Uint8Array.of(0xff), contentType: "text/plain" }).kind).toBe("bytes");
  });
});

test("laying JSON out loses no digit, space, escape or repeated name", () => {
  for (const text of ["12345678901234567890", '{"a":1,"a":2}', '"\\u0041"', '{ "a": 1 }', "1.0", "{"])
    expect(laidOut(text)).toBe(text);
});

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1 KiB"],
  [1_300, "1.3 KiB"],
  [262_144, "256 KiB"],
  [67_108_864, "64 MiB"],
])("%i bytes are %s", (size, text) => {
  expect(sizeText(size)).toBe(text);
});

test("a prefix is walked step by step", () => {
  expect(stepsOf("users/42/se")).toEqual([
    { label: "users/", prefix: "users/" },
    { label: "42/", prefix: "users/42/" },
    { label: "se", prefix: "users/42/se" },
  ]);
  expect(stepsOf("")).toEqual([]);
  expect([folderOf("users/42/x"), folderOf("plain"), folderOf("a/")]).toEqual(["users/42/", "", "a/"]);
});
