import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventTypeNames, eventTypes } from "@/lib/events/catalogue";

const guide = readFileSync("docs/guides/events.md", "utf8");

test("the guide's table names every type of event as the catalogue does", () => {
  const rows = guide
    .slice(guide.indexOf("## Types"))
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const told = rows.map(([, type, version, scope, description]) => ({ type, version, scope, description }));
  expect(told).toEqual(
    eventTypeNames.map((type) => {
      const { version, scope, description } = eventTypes[type];
      return {
        type: `\`${type}\``,
        version: String(version),
        scope: scope === "read:events" ? "–" : `\`${scope}\``,
        description,
      };
    }),
  );
});
