import { describe, expect, test } from "vitest";
import { judgePreconditions, type Outcome, type Preconditions } from "@/lib/datastore/value/preconditions";

const current = { etag: '"7"', updatedAt: new Date("2026-11-22T10:00:00.400Z") };
const at = "Sun, 22 Nov 2026 10:00:00 GMT";
const before = "Sun, 22 Nov 2026 09:59:59 GMT";

/** What is asked, and what comes of it for reading and writing what is there, and where nothing is. */
const cases: [Preconditions, { read: Outcome; write: Outcome; nothing: Outcome }][] = [
  [{}, { read: "proceed", write: "proceed", nothing: "proceed" }],
  [{ ifMatch: '"7"' }, { read: "proceed", write: "proceed", nothing: "failed" }],
  [{ ifMatch: "*" }, { read: "proceed", write: "proceed", nothing: "failed" }],
  [{ ifMatch: '"6", "7"' }, { read: "proceed", write: "proceed", nothing: "failed" }],
  [{ ifMatch: ',"6",, "7",' }, { read: "proceed", write: "proceed", nothing: "failed" }],
  [{ ifMatch: '"6"' }, { read: "failed", write: "failed", nothing: "failed" }],
  [{ ifMatch: 'W/"7"' }, { read: "failed", write: "failed", nothing: "failed" }],
  [{ ifMatch: '"6,7"' }, { read: "failed", write: "failed", nothing: "failed" }],
  [{ ifNoneMatch: "*" }, { read: "not-modified", write: "failed", nothing: "proceed" }],
  [{ ifNoneMatch: '"7"' }, { read: "not-modified", write: "failed", nothing: "proceed" }],
  [{ ifNoneMatch: 'W/"7"' }, { read: "not-modified", write: "failed", nothing: "proceed" }],
  [{ ifNoneMatch: '"1", W/"7"' }, { read: "not-modified", write: "failed", nothing: "proceed" }],
  [{ ifNoneMatch: '"6"' }, { read: "proceed", write: "proceed", nothing: "proceed" }],
  [
    { ifMatch: '"7"', ifNoneMatch: '"7"' },
    { read: "not-modified", write: "failed", nothing: "failed" },
  ],
  [{ ifUnmodifiedSince: at }, { read: "proceed", write: "proceed", nothing: "proceed" }],
  [{ ifUnmodifiedSince: before }, { read: "failed", write: "failed", nothing: "proceed" }],
  [
    { ifMatch: '"7"', ifUnmodifiedSince: before },
    { read: "proceed", write: "proceed", nothing: "failed" },
  ],
  [{ ifModifiedSince: at }, { read: "not-modified", write: "proceed", nothing: "proceed" }],
  [{ ifModifiedSince: before }, { read: "proceed", write: "proceed", nothing: "proceed" }],
  [
    { ifNoneMatch: '"6"', ifModifiedSince: at },
    { read: "proceed", write: "proceed", nothing: "proceed" },
  ],
  [
    { ifModifiedSince: "soon", ifUnmodifiedSince: "never" },
    { read: "proceed", write: "proceed", nothing: "proceed" },
  ],
];

describe("preconditions are judged in the order of RFC 9110, section 13.2.2", () => {
  test.each(cases)("%j", (asked, expected) => {
    expect({
      read: judgePreconditions(asked, { current, method: "read" }),
      write: judgePreconditions(asked, { current, method: "write" }),
      nothing: judgePreconditions(asked, { current: null, method: "write" }),
    }).toEqual(expected);
  });

  test.each(["7", '"7', '*, "7"', '"7" "8"', "", ", ,", 'w/"7"'])(
    "an If-Match of %j is refused, never passed over",
    (ifMatch) => {
      expect(() => judgePreconditions({ ifMatch }, { current, method: "write" })).toThrow(/If-Match/);
    },
  );
});
