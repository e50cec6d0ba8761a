import { expect, test } from "vitest";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import { isAllowedOrigin } from "@/lib/keys/verification/allowed-origin";
import { canonicalBlock, canonicalOrigin } from "@/lib/keys/canonical";

test.each([
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.1.2.3", "10.1.2.3"],
  ["10.1.2.3/32", "10.1.2.3"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:DB8:0:0::1/64", "2001:db8::/64"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ["::1/128", "::1"],
  ["::/0", "::/0"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["::ffff:a01:203/104", "10.0.0.0/8"],
  ["::ffff:0:0/96", "0.0.0.0/0"],
])("the block %s is kept as %s, and reading it again changes nothing", (text, canonical) => {
  expect(canonicalBlock(text)).toBe(canonical);
  expect(canonicalBlock(canonical)).toBe(canonical);
});

test.each([
  "",
  "10.1",
  "010.0.0.1",
  "0x7f.0.0.1",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/08",
  "10.0.0.0/-1",
  "10.0.0.0/8/8",
  "::/129",
  "fe80::1%eth0",
  "fe80::%eth0/64",
  "::ffff:0:0/95",
  "[::1]",
  " 10.0.0.1",
  "example.com",
])("%j is no block", (text) => {
  expect(canonicalBlock(text)).toBeNull();
});

test.each([
  ["10.0.0.0/8", "10.255.255.255", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.0.0.0/8", "::ffff:10.0.0.1", true],
  ["::ffff:10.0.0.0/104", "10.0.0.1", true],
  ["::/0", "10.0.0.1", false],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["fe80::/10", "fe80::1%eth0", true],
  ["10.0.0.1", null, false],
  ["10.0.0.1", "unknown", false],
])("a key for %s called from %s is admitted: %s", (block, address, admitted) => {
  expect(isAllowedAddress([block], address)).toBe(admitted);
});

test("without a list every address is admitted, also an unknown one", () => {
  expect(isAllowedAddress([], null)).toBe(true);
});

test.each([
  ["https://App.Example.com", "https://app.example.com"],
  ["https://app.example.com:443/", "https://app.example.com"],
  ["http://localhost:3000", "http://localhost:3000"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
  ["https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"],
])("the origin %s is kept as %s", (text, origin) => {
  expect(canonicalOrigin(text)).toBe(origin);
});

test.each([
  "",
  "null",
  "*",
  "app.example.com",
  "https://",
  "https://app.example.com/path",
  "https://app.example.com?x",
  "https://a:b@app.example.com",
  "https://app.example.com\\evil",
  "ftp://app.example.com",
  "https://app example.com",
])("%j is no origin", (text) => {
  expect(canonicalOrigin(text)).toBeNull();
});

test("a listed origin is admitted, another and an opaque one are not, and no Origin is no browser", () => {
  const listed = ["https://app.example.com"];
  expect(isAllowedOrigin(listed, "https://app.example.com")).toBe(true);
  for (const origin of ["https://evil.example", "null", "https://app.example.com.evil.example", ""])
    expect([origin, isAllowedOrigin(listed, origin)]).toEqual([origin, false]);
  expect(isAllowedOrigin(listed, undefined)).toBe(true);
  expect(isAllowedOrigin([], "https://evil.example")).toBe(true);
});
