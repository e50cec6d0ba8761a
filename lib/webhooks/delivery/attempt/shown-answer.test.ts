import { describe, expect, it } from "vitest";
import { readBytesMax, shownBody, shownHeaders } from "@/lib/webhooks/delivery/attempt/shown-answer";

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => [0xfb, 0xff, 0xfe, 0x12][index % 4] ?? 0));
const base64 = bytes.toString("base64");
const secret = `whsec_${base64}`;

const html = (text: string) => text.replace(/[+/=]/g, (one) => `&#x${one.charCodeAt(0).toString(16)};`);
const spellings = new Map([
  ["as it is", base64],
  ["without padding", base64.replace(/=+$/, "")],
  ["as base64url", bytes.toString("base64url")],
  ["as base64url with padding", `${bytes.toString("base64url")}=`],
  ["in JSON with \\/", base64.replaceAll("/", "\\/")],
  ["in JSON with \\u002f", base64.replaceAll("/", "\\u002f").replaceAll("+", "\\u002B")],
  ["percent-encoded", encodeURIComponent(base64)],
  ["percent-encoded in lower case", base64.replaceAll("/", "%2f").replaceAll("+", "%2b")],
  ["in HTML", html(base64)],
  ["in hexadecimal", bytes.toString("hex")],
  ["in hexadecimal, upper case", bytes.toString("hex").toUpperCase()],
]);

describe("what a receiver says back of a secret", () => {
  it.each([...spellings])("is not shown %s", (_, spelling) => {
    expect(base64).toMatch(/\+.*\/.*=$/);
    expect(shownBody(Buffer.from(`<${spelling}>`), [secret])).toBe("<…>");
    expect(shownBody(Buffer.from(`<whsec_${spelling}>`), [secret])).toBe("<whsec_…>");
    expect(shownHeaders({ "x-echo": `a ${spelling} b` }, [secret])).toEqual({ "x-echo": "a … b" });
  });

  it.each([...spellings])("is not shown %s where the answer is cut within it", (_, spelling) => {
    for (let cut = 0; cut < spelling.length; cut += 1) {
      const read = Buffer.from("x".repeat(cut) + spelling.repeat(110)).subarray(0, readBytesMax);
      expect(shownBody(read, [secret])).not.toContain(spelling.slice(0, 24));
      const last = shownBody(Buffer.from(`so: ${spelling.slice(0, cut)}`), [secret]);
      expect(last.length).toBeLessThan("so: ".length + 24);
    }
  });

  it("does not cost what stands around it", () => {
    expect(shownBody(Buffer.from(`{"a":"${base64}","b":"${base64}"}`), [secret])).toBe('{"a":"…","b":"…"}');
    expect(shownBody(Buffer.from("All is well 100%"), [secret])).toBe("All is well 100%");
  });
});

it("a header's name is masked and cut as its value is", () => {
  const hexadecimal = bytes.toString("hex");
  const shown = shownHeaders({ [`x-${hexadecimal}`]: "1", ["n".repeat(500)]: "v".repeat(500) }, [secret]);
  expect(shown).toEqual({ "x-…": "1", ["n".repeat(64)]: "v".repeat(256) });
});
