import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256 } from "@/lib/crypto/hmac";

describe("hmacSha256", () => {
  it("says what createHmac says, for any key of up to a block and any text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: "binary" }), (bytes, text) => {
        const key = Buffer.from(bytes);
        expect(hmacSha256(key, text)).toEqual(createHmac("sha256", key).update(text, "utf8").digest());
      }),
    );
  });

  it("refuses a key longer than a block", () => {
    expect(() => hmacSha256(Buffer.alloc(65), "")).toThrow(RangeError);
  });
});
