import { expect, test } from "vitest";
import { calledAddress } from "@/lib/gateway/upstream/schema";

const Plain = calledAddress({ such: "https://such.example/v1", without: "query or fragment" });
const Queried = calledAddress({ such: "https://such.example/v1", without: "fragment" });

test("an address is taken as it is written, without the spaces around it", () => {
  expect(Plain.parse(" http://10.0.0.1:8080/v1 ")).toBe("http://10.0.0.1:8080/v1");
  expect(Queried.parse("https://a.example/hook?tenant=1")).toBe("https://a.example/hook?tenant=1");
});

test.each([
  ["", "must be an http or https address such as https://such.example/v1"],
  ["a.example/v1", "must be an http or https address such as https://such.example/v1"],
  ["ftp://a.example", "must be an http or https address such as https://such.example/v1"],
  ["javascript:alert(1)", "must be an http or https address such as https://such.example/v1"],
  ["https://user@a.example", "must not hold a user name or password"],
  ["https://:secret@a.example", "must not hold a user name or password"],
  ["https://a.example/a\tb", "must not hold spaces or control characters"],
  ["https://a.exam\nple/", "must not hold spaces or control characters"],
  ["https://a.example/\u200bb", "must not hold spaces or control characters"],
  ["https://a.example/?", "must not hold a query or fragment"],
  ["https://a.example/#", "must not hold a query or fragment"],
  [`https://a.example/${"a".repeat(2_000)}`, "must have at most 2,000 characters"],
])("%j is refused: %s", (text, message) => {
  expect(Plain.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([message]);
});

test("a query is refused only where it has no use", () => {
  expect(Queried.safeParse("https://a.example/?x#y").error?.issues[0]?.message).toBe(
    "must not hold a fragment",
  );
});
