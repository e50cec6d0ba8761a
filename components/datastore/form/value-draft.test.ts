import { describe, expect, test } from "vitest";
import { readValueDraft, valueDraftOf, type ValueDraft } from "@/components/datastore/form/value-draft";
import type { HeldValue } from "@/lib/client/datastore";

const bytes = (text: string) => new TextEncoder().encode(text);
const nowMs = Date.parse("2026-11-22T10:00:00Z");
const held = (given: Partial<HeldValue> = {}): HeldValue => ({
  bytes: bytes("{}"),
  contentType: "application/json",
  etag: '"1"',
  updatedAt: "2026-11-22T09:00:00.000Z",
  expiresAt: null,
  ...given,
});
const read = (change: Partial<ValueDraft>, stored: HeldValue | null = null) =>
  readValueDraft({ ...valueDraftOf(stored, "k"), ...change }, { stored, nowMs });

describe("a draft of a value", () => {
  test("is sent as it was typed, spaces and all", () => {
    expect(read({ text: '{ "a": 1.0 }' })).toEqual({
      input: {
        key: "k",
        bytes: bytes('{ "a": 1.0 }'),
        contentType: "application/json",
        expiresIn: null,
      },
    });
  });

  test("keeps the type of what it replaces while it stays JSON or text, and takes a plain one when it changes", () => {
    const stored = held({ contentType: "application/ld+json" });
    expect(read({ text: "1" }, stored)).toMatchObject({ input: { contentType: "application/ld+json" } });
    expect(read({ kind: "text", text: "1" }, stored)).toMatchObject({
      input: { contentType: "text/plain; charset=utf-8" },
    });
  });

  test("keeps the moment at which what it replaces expires", () => {
    const stored = held({ expiresAt: "2026-11-22T10:10:00Z" });
    expect(valueDraftOf(stored, "k").expiry).toBe("keep");
    expect(read({}, stored)).toMatchObject({ input: { expiresIn: 600 } });
    expect(read({ expiry: "never" }, stored)).toMatchObject({ input: { expiresIn: null } });
    expect(read({ expiry: "86400" }, stored)).toMatchObject({ input: { expiresIn: 86_400 } });
  });

  test("names every wrong place at once", () => {
    const wrong = read({ key: "", text: "{", expiry: "other", seconds: "soon" });
    expect(wrong).toMatchObject({
      errors: {
        key: "Must be 1–512 bytes of UTF-8.",
        value: expect.stringMatching(/^Must be JSON/),
        expires: expect.any(String),
      },
    });
    expect(read({ kind: "bytes" })).toEqual({ errors: { value: "Choose a file." } });
    expect(read({ kind: "text", text: "x".repeat(262_145) })).toMatchObject({
      errors: { value: "A value may hold 256 KiB; this has 256 KiB." },
    });
  });
});
