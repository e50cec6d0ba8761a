import { expect, test } from "vitest";
import { aboutOf, groups, pageOf, summaryOf } from "@/components/events/event-words";
import { eventTypeNames } from "@/lib/events/catalogue";
import type { CloudEvent } from "@/lib/events/schema";

const event = (type: string, data: CloudEvent["data"], subject?: string): CloudEvent => ({
  specversion: "1.0",
  id: "evt_1",
  source: "/workspaces/wsp_1",
  type,
  time: "2026-11-22T10:00:00Z",
  datacontenttype: "application/json",
  dataschema: "",
  data,
  ...(subject === undefined ? {} : { subject }),
});

test("every type of the catalogue is in a group that the filter offers", () => {
  const offered = groups.map(({ value }) => value.slice(0, -1));
  expect(eventTypeNames.filter((type) => !offered.some((group) => type.startsWith(group)))).toEqual([]);
});

test("a decision says its call and what decided it, never a bare code", () => {
  const call = { method: "GET", path: "/v1/items", credential: null, rules: [] };
  expect(summaryOf(event("decision.denied", { ...call, reason: "NO_CREDENTIAL" }))).toBe(
    "GET /v1/items private service",
  );
  expect(summaryOf(event("decision.allowed", { ...call, reason: "DEFAULT_ALLOW" }))).toBe(
    "GET /v1/items default allow",
  );
  expect(summaryOf(event("decision.denied", { ...call, reason: "RULE", rules: ["no-deletes"] }))).toBe(
    "GET /v1/items no-deletes",
  );
});

test("what an event is about is a name where the data tells one, else an id", () => {
  const named = event("role-check.granted", { key: { name: "billing" }, scope: "read:keys" }, "key_1");
  expect(aboutOf(named)).toEqual({ text: "billing", isId: false });
  expect(aboutOf(event("keys.create", {}, "key_1"))).toEqual({ text: "key_1", isId: true });
  expect(aboutOf(event("decision.denied", { credential: null }))).toEqual({
    text: "no credential",
    isId: false,
  });
});

test("a stored value tells its size, and a deleted one none", () => {
  const data = { key: "flags", size: 2048, version: 3 };
  expect(summaryOf(event("datastore.set", data, "flags"))).toBe("2 KiB");
  expect(summaryOf(event("datastore.delete", data, "flags"))).toBe("");
});

test("the way leads to what an event is about, and a value whose key looks like an id leads to no key", () => {
  expect(pageOf(event("keys.create", {}, "key_1"))?.href).toBe("/keys/key_1");
  expect(pageOf(event("decision.denied", {}))?.href).toBe("/decisions/evt_1");
  expect(pageOf(event("datastore.set", { key: "key_1", size: 1, version: 1 }, "key_1"))).toBeNull();
});
