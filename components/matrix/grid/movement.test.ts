import { expect, it } from "vitest";
import { moved } from "@/components/matrix/grid/movement";

const size = { rows: 100, columns: 8, rowsSeen: 15 };
const go = (key: string, [row, column]: [number, number], isControl = false) => {
  const to = moved(key, { isControl }, { row, column }, size);
  return to === null ? null : [to.row, to.column];
};

it.each<[string, [number, number], [number, number], boolean?]>([
  ["ArrowDown", [0, 0], [1, 0]],
  ["ArrowDown", [99, 0], [99, 0]],
  ["ArrowUp", [0, 3], [-1, 3]],
  ["ArrowLeft", [4, 0], [4, -1]],
  ["ArrowLeft", [-1, 0], [-1, 0]],
  ["ArrowUp", [0, -1], [0, -1]],
  ["ArrowRight", [4, 7], [4, 7]],
  ["PageDown", [10, 2], [25, 2]],
  ["PageDown", [95, 2], [99, 2]],
  ["PageUp", [10, 2], [0, 2]],
  ["Home", [5, 5], [5, -1]],
  ["Home", [-1, 5], [-1, 0]],
  ["End", [5, 0], [5, 7]],
  ["Home", [5, 5], [0, 0], true],
  ["End", [5, 0], [99, 7], true],
])("%s from %j leads to %j", (key, from, to, isControl) => {
  expect(go(key, from, isControl)).toEqual(to);
});

it("other keys do not move", () => {
  expect(go("a", [0, 0])).toBeNull();
});
