import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import { eventTypeNames, eventTypes, type AuditAction, type EventType } from "@/lib/events/catalogue";
import type { audit, writeEntry } from "@/lib/events/trail/audit";

/** The sources of the product, with their text. */
const sources = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$|^testing\/|\/tampering\/|\/generated\//.test(file))
  .map((file) => ({ file: path.join("lib", file), text: readFileSync(path.join("lib", file), "utf8") }));

test("nothing can be audited that the catalogue of events does not name: the types of both writers say so", () => {
  expectTypeOf<Parameters<typeof audit>[2]["action"]>().toEqualTypeOf<AuditAction>();
  expectTypeOf<Parameters<typeof writeEntry>[2]["action"]>().toEqualTypeOf<AuditAction>();
  expectTypeOf<AuditAction>().toExtend<EventType>();
  expectTypeOf<"keys.invent">().not.toExtend<AuditAction>();
  expectTypeOf<"key.flagged">().not.toExtend<AuditAction>();
});

test("audit entries are made by those writers, and by the one of failed authentications, only", () => {
  const makes = /auditEntry\.(create|upsert)|insert into audit_entry/i;
  const makers = sources.filter(({ text }) => makes.test(text)).map(({ file }) => file);
  expect(makers.sort()).toEqual(["lib/events/failures/write.ts", "lib/events/trail/audit.ts"]);
});

test("every action that the catalogue names is written somewhere", () => {
  const written = sources.filter(({ file }) => file !== "lib/events/catalogue.ts").map(({ text }) => text);
  const unwritten = eventTypeNames
    .filter((type) => eventTypes[type].kind === "audited")
    .filter((type) => !written.some((text) => text.includes(`"${type}"`)));
  expect(unwritten).toEqual([]);
});
