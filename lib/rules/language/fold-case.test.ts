import { expect, it } from "vitest";
import { foldCase } from "@/lib/rules/language/fold-case";

it("a letter, its small and its capital form are the same, whichever letter it is", () => {
  const apart: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const letter = String.fromCodePoint(point);
    const folded = foldCase(letter);
    if (foldCase(letter.toLowerCase()) !== folded || foldCase(letter.toUpperCase()) !== folded)
      apart.push(letter);
  }
  expect(apart).toEqual([]);
  expect(foldCase("STRAẞE")).toBe(foldCase("straße"));
});
