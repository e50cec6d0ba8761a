import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bladePath, cutOf, edgePath } from "@/components/keys/blade";

describe("the cut of a masked key", () => {
  test("is the same for the same public part, wherever it is drawn", () => {
    expect(cutOf("4aF29fZk", 7)).toEqual(cutOf("4aF29fZk", 7));
    expect(cutOf("4aF29fZk", 21).slice(0, 7)).toEqual(cutOf("4aF29fZk", 7));
  });

  test("has four depths and no two equal neighbours, for any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, steps) => {
        const cut = cutOf(text, steps);
        expect(cut).toHaveLength(steps);
        cut.forEach((at, index) => {
          expect([0, 1, 2, 3]).toContain(at);
          expect(at).not.toBe(cut[index + 1]);
        });
      }),
    );
  });

  test("tells nearby keys apart", () => {
    const cuts = Array.from({ length: 200 }, (_, index) => cutOf(`key${index}`, 7).join(""));
    expect(new Set(cuts).size).toBeGreaterThan(180);
  });

  test("is drawn as a closed outline of whole steps", () => {
    expect(bladePath([3, 1, 2], { step: 5, height: 10 })).toBe("M0 0H15V8H10V6H5V10H0Z");
  });

  test("ends level on both sides of a secret's plate", () => {
    expect(edgePath("Hn4vTe9J")).toMatch(/^M\.5 0V12H32.*V12H607\.5V0$/);
  });
});
