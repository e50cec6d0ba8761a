import { expect, test } from "vitest";
import { refuseForeignPage, requireSameOrigin } from "@/lib/accounts/browser/origin";
import { env, portalUrl } from "@/lib/env";

const portal = portalUrl();
const gateway = `http://127.0.0.1:${env().GATEWAY_PORT}`;
const host = new URL(portal).host;

function refused(headers: Record<string, string>, method = "POST"): boolean {
  try {
    requireSameOrigin({ method, headers: new Headers({ host, ...headers }) });
    return false;
  } catch {
    return true;
  }
}

test.each([
  ["the portal's own page", { origin: portal, "sec-fetch-site": "same-origin" }],
  ["the portal's own page in a browser without fetch metadata", { origin: portal }],
  [
    "the portal opened under another name",
    { host: "localhost:3000", origin: "http://localhost:3000", "sec-fetch-site": "same-origin" },
  ],
])("a write from %s passes", (_, headers) => {
  expect(refused(headers)).toBe(false);
});

test.each([
  ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
  ["the gateway's port of the same host", { origin: gateway, "sec-fetch-site": "same-site" }],
  ["the gateway's port, without fetch metadata", { origin: gateway }],
  ["a page without an origin", { origin: "null", "sec-fetch-site": "cross-site" }],
  ["nowhere that it names", {}],
  ["a page that claims the portal as another site", { origin: portal, "sec-fetch-site": "cross-site" }],
  ["a name that only the Host header knows", { host: "evil.example", origin: "http://evil.example" }],
  ["something that is no origin", { origin: "://", "sec-fetch-site": "same-origin" }],
])("a write from %s is refused", (_, headers) => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "post"])
    expect(refused(headers, method)).toBe(true);
});

test("reading needs no origin", () => {
  for (const method of ["GET", "HEAD", "OPTIONS"])
    expect(refused({ origin: "https://evil.example" }, method)).toBe(false);
});

test("signing in is refused to foreign pages and open to programs, which name no origin", () => {
  const request = (headers: Record<string, string>) => () =>
    refuseForeignPage({ method: "POST", headers: new Headers(headers) });
  expect(request({})).not.toThrow();
  expect(request({ origin: portal })).not.toThrow();
  expect(request({ origin: "https://evil.example" })).toThrow();
  expect(request({ "sec-fetch-site": "cross-site" })).toThrow();
});
