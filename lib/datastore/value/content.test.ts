import { expect, test } from "vitest";
import { requireContent } from "@/lib/datastore/value/content";

const value = new Uint8Array([49]);

test.each([
  "text/plain",
  "text/plain;charset=utf-8",
  'text/plain ; charset="a \\" b" ; x=y',
  "text/plain;",
  "text/plain; ; \t;",
  "application/vnd.acme+json",
])("%j is a media type", (contentType) => {
  expect(() => requireContent(contentType, value)).not.toThrow();
});

test.each([
  "text",
  "text/",
  "/plain",
  "text/plain charset=utf-8",
  "text/plain; charset",
  "text/plain; charset= utf-8",
  'text/plain; charset="a',
  "text/plain\r\nx: y",
  "text/plain; x=é",
  `text/${"x".repeat(196)}`,
])("%j is none", (contentType) => {
  expect(() => requireContent(contentType, value)).toThrow(/media type/);
});

test.each(["; ", " ;", ";x=y ", "\t;\t", '; x="\\"" '])(
  "a type that goes on and on with %j is refused at once",
  (part) => {
    const long = `a/b${part.repeat(200)}`.slice(0, 199);
    const startedMs = performance.now();
    expect(() => requireContent(`${long}@`, value)).toThrow(/media type/);
    expect(performance.now() - startedMs).toBeLessThan(200);
  },
);
