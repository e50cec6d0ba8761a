import { expect, test } from "vitest";
import { asSentence, safePath } from "@/lib/accounts/format";

test.each([
  ["/keys?status=active#top", "/keys?status=active#top"],
  ["/invitation?token=a", "/invitation?token=a"],
  ["//evil.example", "/overview"],
  ["/\\evil.example", "/overview"],
  ["/\t/evil.example", "/overview"],
  ["https://evil.example", "/overview"],
  ["javascript:alert(1)", "/overview"],
  ["keys", "/overview"],
  ["", "/overview"],
  [null, "/overview"],
])("after signing in, %j leads to %s", (next, path) => {
  expect(safePath(next)).toBe(path);
});

test("a schema's message is shown as a sentence", () => {
  expect(asSentence("must not be empty")).toBe("Must not be empty.");
  expect(asSentence("Email or password is wrong.")).toBe("Email or password is wrong.");
});
