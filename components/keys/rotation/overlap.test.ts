import { expect, test } from "vitest";
import { overlapPlace, overlapSeconds } from "@/components/keys/rotation/overlap";

const hours = (count: string) => ({ count, unit: "hours" }) as const;

test.each([
  ["none", 0],
  ["1h", 3_600],
  ["24h", 86_400],
  ["7d", 604_800],
] as const)("an overlap of %s lasts %i s", (choice, seconds) => {
  expect(overlapSeconds(choice, hours(""))).toEqual({ seconds });
});

test("an overlap of one's own is read up to 30 days and refused in words beyond", () => {
  expect(overlapSeconds("custom", hours("1.5"))).toEqual({ seconds: 5_400 });
  expect(overlapSeconds("custom", { count: "30", unit: "days" })).toEqual({ seconds: 2_592_000 });
  for (const count of ["", "0", "-1", "many", "721"])
    expect(overlapSeconds("custom", hours(count))).toHaveProperty("error");
});

test("a longer overlap is drawn longer", () => {
  const places = [0, 3_600, 86_400, 604_800, 2_592_000].map(overlapPlace);
  expect(places).toEqual([...places].sort((one, other) => one - other));
  expect([places[0], places.at(-1)]).toEqual([0, 1]);
});
