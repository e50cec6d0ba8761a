import fc from "fast-check";
import { expect, test } from "vitest";
import { hasGenuineCheck, newValue } from "@/lib/keys/authentication/check";
import {
  hasValueShape,
  idWithin,
  keyPrefixPattern,
  maskSecret,
  parseValue,
  valueLengthMax,
} from "@/lib/keys/format";

const alphabet = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];
const letter = fc.constantFrom(...alphabet.slice(10));
const inner = fc
  .array(fc.constantFrom(...alphabet, "_"), { maxLength: 22 })
  .map((characters) => characters.join(""));
const prefix = fc.tuple(letter, inner).map(([first, rest]) => `${first}${rest}`.replace(/_+$/, ""));
const environment = fc.constantFrom("live" as const, "test" as const);
const base62 = (length: number) =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
    .map((characters) => characters.join(""));

test("whatever the prefix holds, a value comes apart into what it was put together from", () => {
  fc.assert(
    fc.property(prefix, environment, base62(16), base62(32), base62(11), (head, kind, id, secret, check) => {
      fc.pre(keyPrefixPattern.test(head));
      const body = `${head}_${kind}_${id}${secret}`;
      expect(parseValue(body + check)).toEqual({
        prefix: `${head}_${kind}`,
        environment: kind,
        id,
        body,
        check,
      });
      expect(idWithin(body + check)).toBe(id);
    }),
  );
});

test("a prefix that itself holds _live_ or _test_ does not confuse the environment", () => {
  const { value } = newValue("my_test_key_live", "test");
  expect(parseValue(value)).toMatchObject({ prefix: "my_test_key_live_test", environment: "test" });
});

test("text that is no value is answered with null and never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => parseValue(text) === null));
});

test("a value of any other length, alphabet, environment or prefix is none", () => {
  const { value } = newValue("lk", "live");
  for (const wrong of [
    value.slice(-59),
    `${value}0`,
    value.slice(0, -1),
    value.replace("_live_", "_prod_"),
    value.replace("lk_", "_"),
    value.replace("lk_", ""),
    `${value.slice(0, -1)}-`,
    ` ${value}`,
    `${value}\n`,
    value.replace("lk", "l-k"),
    value.replace("lk", "x".repeat(25)),
    "x".repeat(valueLengthMax + 1),
  ])
    expect(parseValue(wrong), wrong).toBeNull();
});

test("what has the shape of a value is what comes apart, however it was spoiled", () => {
  const spoiled = fc.array(
    fc.record({
      at: fc.nat({ max: 90 }),
      drop: fc.nat({ max: 2 }),
      put: fc.constantFrom("", "_", "a", "7", "-", "\n"),
    }),
    { maxLength: 3 },
  );
  let shaped = 0;
  fc.assert(
    fc.property(prefix, environment, base62(59), spoiled, (head, kind, tail, edits) => {
      let text = `${head}_${kind}_${tail}`;
      for (const { at, drop, put } of edits) text = text.slice(0, at) + put + text.slice(at + drop);
      const comesApart = parseValue(text) !== null;
      expect(hasValueShape(text), text).toBe(comesApart);
      if (comesApart) shaped += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(shaped).toBeGreaterThan(50);
});

test("a mask shows prefix, head of the id and last four, and nothing of the secret", () => {
  fc.assert(
    fc.property(base62(16), base62(4), (id, lastFour) => {
      expect(maskSecret({ prefix: "lk_live", id, lastFour })).toBe(`lk_live_${id.slice(0, 4)}…${lastFour}`);
    }),
  );
});

test("changing any one character of a value breaks its check", () => {
  const { value } = newValue("acme_eu", "live");
  const genuine = parseValue(value);
  expect(genuine !== null && hasGenuineCheck(genuine)).toBe(true);
  fc.assert(
    fc.property(fc.nat(value.length - 1), fc.constantFrom(...alphabet), (place, character) => {
      fc.pre(value[place] !== character);
      const parsed = parseValue(value.slice(0, place) + character + value.slice(place + 1));
      expect(parsed === null || !hasGenuineCheck(parsed)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
