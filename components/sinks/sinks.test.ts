import { describe, expect, test } from "vitest";
import { readNewSink, readReplay, readSinkChange, sinkDraftOf } from "@/components/sinks/sink-draft";
import { sinkState } from "@/components/sinks/sink-state";
import { Sink } from "@/lib/sinks/schema";

const now = Date.parse("2026-11-21T18:00:00Z");
const sink = Sink.parse({
  id: "sink_1",
  name: "openmeter",
  kind: "openmeter",
  url: "https://meter.example/api/v1/events",
  eventType: "latchkey.usage",
  subject: "customer",
  source: "latchkey:wsp_1",
  hasToken: true,
  disabled: false,
  delivery: {
    readUntil: "2026-11-21T17:58:00Z",
    pending: 3,
    lagSeconds: 140,
    delivered: 12,
    lastDeliveredAt: "2026-11-21T17:59:00Z",
    failures: 0,
    lastError: null,
    lastErrorAt: null,
    nextAttemptAt: null,
  },
  createdAt: "2026-11-01T00:00:00Z",
  updatedAt: "2026-11-01T00:00:00Z",
});
const standing = (delivery: Partial<Sink["delivery"]>, disabled = false): Sink => ({
  ...sink,
  disabled,
  delivery: { ...sink.delivery, ...delivery },
});

describe("how a sink stands", () => {
  test("is quiet while it delivers", () => {
    expect(sinkState(sink, now)).toEqual({ kind: "delivering", word: "Delivering", more: null });
  });

  test("says why it fails, what waits and when it is tried again", () => {
    const failing = standing({
      failures: 4,
      pending: 18_441,
      lastError: "503 Service Unavailable.",
      nextAttemptAt: "2026-11-21T18:02:00Z",
    });
    expect(sinkState(failing, now)).toEqual({
      kind: "failing",
      word: "Not accepting",
      more: "4 tries failed: 503 Service Unavailable. 18,441 events wait; next try in 2 m.",
    });
  });

  test("that is paused is not called failing", () => {
    expect(sinkState(standing({ failures: 4 }, true), now)).toMatchObject({
      kind: "paused",
      more: "3 events wait until it goes on.",
    });
  });

  test("is behind from ten minutes on", () => {
    expect(sinkState(standing({ lagSeconds: 3_900 }), now)).toMatchObject({
      kind: "behind",
      more: "3 events wait, the oldest for 1 h 5 m.",
    });
  });
});

describe("the form of a sink", () => {
  test("reads a new one, from now on unless a moment is given", () => {
    const draft = { ...sinkDraftOf(null), url: "https://meter.example/events", token: "om_1" };
    expect(readNewSink(draft)).toMatchObject({
      input: { name: "openmeter", kind: "openmeter", eventType: "latchkey.usage", token: "om_1" },
    });
    expect(readNewSink({ ...draft, from: "2026-11-01T00:00" })).toMatchObject({
      input: { from: "2026-11-01T00:00:00.000Z" },
    });
  });

  test("says beside the field what is wrong", () => {
    expect(readNewSink({ ...sinkDraftOf(null), url: "meter", name: "" })).toMatchObject({
      errors: { url: expect.stringContaining("http or https"), name: expect.any(String) },
    });
  });

  test("sends only what was changed, and nothing where nothing was", () => {
    expect(readSinkChange(sinkDraftOf(sink), sink)).toEqual({ input: null });
    expect(readSinkChange({ ...sinkDraftOf(sink), name: "meter" }, sink)).toEqual({
      input: { name: "meter" },
    });
  });

  test("sends again from a moment that was chosen", () => {
    expect(readReplay("")).toEqual({ errors: { from: "Choose a day and a time." } });
    expect(readReplay("2026-11-20T12:00")).toEqual({ input: { replayFrom: "2026-11-20T12:00:00.000Z" } });
  });
});
