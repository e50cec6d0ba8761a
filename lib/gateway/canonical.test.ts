import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalPath,
  canonicalRequest,
  type RawRequest,
  refusals,
  type RefusalCode,
} from "@/lib/gateway/canonical";

type Pair = readonly [string, string];

function request(target: string, more: Partial<RawRequest> = {}): RawRequest {
  return { method: "GET", target, httpVersion: "1.1", headers: [["host", "gateway.test:3100"]], ...more };
}

function outcome(raw: RawRequest): string {
  const canonical = canonicalRequest(raw);
  return "refused" in canonical ? canonical.refused : canonical.path;
}

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

describe("a target", () => {
  it.each([
    // What is judged.
    ["/acme/invoices", "/"],
    ["/acme/invoices/", "/"],
    ["/acme/invoices?a=1", "/"],
    ["/acme/invoices/v1/payments", "/v1/payments"],
    ["/acme/invoices/v1/payments/", "/v1/payments/"],
    ["//acme/invoices/v1", "/v1"],
    ["/acme//invoices///v1//x", "/v1/x"],
    ["/acme/invoices/v1//", "/v1/"],
    ["/acme/invoices//", "/"],
    ["/acme/invoices/%61dmin", "/admin"],
    ["/%61cme/invoices/x", "/x"],
    ["/acme/invoices/a%20b", "/a b"],
    ["/acme/invoices/a+b", "/a+b"],
    ["/acme/invoices/c%23", "/c#"],
    ["/acme/invoices/what%3F", "/what?"],
    ["/acme/invoices/100%25", "/100%"],
    ["/acme/invoices/50%25off", "/50%off"],
    ["/acme/invoices/caf%C3%A9", "/café"],
    ["/acme/invoices/caf%c3%a9", "/café"],
    [latin1("/acme/invoices/café"), "/café"],
    [latin1("/acme/invoices/日本"), "/日本"],
    ["/acme/invoices/%F0%9F%94%91", "/🔑"],
    ["/acme/invoices/report.pdf", "/report.pdf"],
    ["/acme/invoices/report%2epdf", "/report.pdf"],
    ["/acme/invoices/.well-known/x", "/.well-known/x"],
    ["/acme/invoices/...", "/..."],
    ["/acme/invoices/..a", "/..a"],
    ["/acme/invoices/a..", "/a.."],
    ["/acme/invoices/users/me@example.com", "/users/me@example.com"],
    ["/acme/invoices/a:b,c=d!$&'()*", "/a:b,c=d!$&'()*"],
    ["/acme/invoices/[x]|{y}^`", "/[x]|{y}^`"],
    ["/acme/invoices/x?next=http://a/../b%2f;c\\", "/x"],
    ["/acme/invoices/x?a=%252e%00", "/x"],
    ["/acme/invoices/x??", "/x"],
    ["http://gateway.test:3100/acme/invoices/x", "/x"],
    ["HTTPS://Gateway.Test:3100/acme/invoices/x?y", "/x"],
    ["/", "/"],
    ["//", "/"],
    ["/acme", "/"],
    ["http://gateway.test:3100", "/"],
    ["http://gateway.test:3100?x", "/"],
    // Forms.
    ["*", "TARGET_FORM"],
    ["", "TARGET_FORM"],
    ["acme/invoices/x", "TARGET_FORM"],
    ["gateway.test:443", "TARGET_FORM"],
    ["?x", "TARGET_FORM"],
    ["\\acme\\invoices", "TARGET_FORM"],
    ["http:/acme/invoices", "TARGET_FORM"],
    ["http://other.test/acme/invoices/x", "TARGET_AUTHORITY"],
    ["http://gateway.test/acme/invoices/x", "TARGET_AUTHORITY"],
    ["http://user@gateway.test:3100/acme/invoices/x", "TARGET_AUTHORITY"],
    ["http://gateway.test:3100@other.test/acme", "TARGET_AUTHORITY"],
    ["http://gateway.test:3100\\@other.test/acme", "TARGET_AUTHORITY"],
    ["ftp://gateway.test:3100/acme/invoices/x", "TARGET_AUTHORITY"],
    ["file:///etc/passwd", "TARGET_AUTHORITY"],
    ["http:///acme/invoices/x", "TARGET_AUTHORITY"],
    // Fragments.
    ["/acme/invoices/x#y", "FRAGMENT"],
    ["/acme/invoices/#/admin", "FRAGMENT"],
    ["/acme/invoices/x?a#b", "FRAGMENT"],
    ["http://gateway.test:3100#/acme", "FRAGMENT"],
    // Dots.
    ["/acme/invoices/.", "DOT_SEGMENT"],
    ["/acme/invoices/..", "DOT_SEGMENT"],
    ["/acme/invoices/a/./b", "DOT_SEGMENT"],
    ["/acme/invoices/a/../admin", "DOT_SEGMENT"],
    ["/acme/../other/invoices/x", "DOT_SEGMENT"],
    ["/../acme/invoices/x", "DOT_SEGMENT"],
    ["/acme/invoices/%2e%2e/admin", "DOT_SEGMENT"],
    ["/acme/invoices/.%2E/admin", "DOT_SEGMENT"],
    ["/acme/invoices/%2e/admin", "DOT_SEGMENT"],
    ["/acme/invoices/..//admin", "DOT_SEGMENT"],
    // Separators in disguise.
    ["/acme/invoices/a%2fb", "ENCODED_SEPARATOR"],
    ["/acme/invoices/a%2Fb", "ENCODED_SEPARATOR"],
    ["/acme%2finvoices/x", "ENCODED_SEPARATOR"],
    ["/acme/invoices/a%5cb", "ENCODED_SEPARATOR"],
    ["/acme/invoices/a\\b", "ENCODED_SEPARATOR"],
    ["/acme/invoices/..\\admin", "ENCODED_SEPARATOR"],
    ["/acme/invoices/..%2fadmin", "ENCODED_SEPARATOR"],
    ["/acme/invoices/%2e%2e%5cadmin", "ENCODED_SEPARATOR"],
    // Chains of escapes.
    ["/acme/invoices/%252e%252e/admin", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%252fb", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%255cb", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%2500b", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%25252fb", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%2525252525252fb", "DOUBLE_ENCODED"],
    ["/acme/invoices/%25%32%65", "DOUBLE_ENCODED"],
    ["/acme/invoices/%2%35%32e", "BAD_ESCAPE"],
    ["/acme/invoices/%2561dmin", "DOUBLE_ENCODED"],
    ["/acme/invoices/a%2520b", "DOUBLE_ENCODED"],
    // Bytes.
    ["/acme/invoices/a%00b", "CONTROL_CHARACTER"],
    ["/acme/invoices/a\u0000b", "CONTROL_CHARACTER"],
    ["/acme/invoices/a%0d%0aX-Admin:%201", "CONTROL_CHARACTER"],
    ["/acme/invoices/a%09", "CONTROL_CHARACTER"],
    ["/acme/invoices/a%7f", "CONTROL_CHARACTER"],
    ["/acme/invoices/a b", "CONTROL_CHARACTER"],
    ["/acme/invoices/x?a\tb", "CONTROL_CHARACTER"],
    ["/acme/invoices/%c0%ae%c0%ae/admin", "NOT_UTF8"],
    ["/acme/invoices/a%c0%afb", "NOT_UTF8"],
    ["/acme/invoices/%e0%80%af", "NOT_UTF8"],
    ["/acme/invoices/%ff", "NOT_UTF8"],
    ["/acme/invoices/%C3", "NOT_UTF8"],
    ["/acme/invoices/%ed%a0%80", "NOT_UTF8"],
    ["/acme/invoices/%f4%90%80%80", "NOT_UTF8"],
    ["/acme/invoices/\u00ff", "NOT_UTF8"],
    ["/acme/invoices/\u00c0\u00ae", "NOT_UTF8"],
    ["/acme/invoices/%", "BAD_ESCAPE"],
    ["/acme/invoices/%2", "BAD_ESCAPE"],
    ["/acme/invoices/%zz", "BAD_ESCAPE"],
    ["/acme/invoices/%u002e", "BAD_ESCAPE"],
    ["/acme/invoices/%2\u0130", "BAD_ESCAPE"],
    // Parameters of a segment.
    ["/acme/invoices/admin;x=1", "PATH_PARAMETERS"],
    ["/acme/invoices/..;/admin", "PATH_PARAMETERS"],
    ["/acme/invoices/;/admin", "PATH_PARAMETERS"],
    ["/acme/invoices/admin%3bx", "PATH_PARAMETERS"],
    ["/acme;x/invoices/admin", "PATH_PARAMETERS"],
    // Methods in the query.
    ["/acme/invoices/x?_method=DELETE", "METHOD_OVERRIDE"],
    ["/acme/invoices/x?a&%5Fmethod=DELETE", "METHOD_OVERRIDE"],
    ["/acme/invoices/x?X-HTTP-Method-Override=PUT", "METHOD_OVERRIDE"],
    ["/acme/invoices/x?payment_method=card", "/x"],
    ["/acme/invoices/x?%zz=1", "/x"],
  ])("%j becomes %s", (target, expected) => {
    expect(outcome(request(target))).toBe(expected);
  });

  it("names workspace, service, segments, query and what is forwarded", () => {
    expect(canonicalRequest(request("//acme/invoices//v1/caf%c3%a9/?a=%20b&&"))).toEqual({
      method: "GET",
      host: "gateway.test:3100",
      workspace: "acme",
      service: "invoices",
      path: "/v1/café/",
      segments: ["v1", "café"],
      query: "a=%20b&&",
      forwardPath: "/v1/caf%c3%a9/",
    });
  });

  it.each([
    ["/acme/invoices", ""],
    ["/acme/invoices/", "/"],
    ["/acme/invoices/%61", "/%61"],
    [latin1("/acme/invoices/é"), "/%C3%A9"],
  ])("%j is forwarded as %j", (target, forwardPath) => {
    expect(canonicalRequest(request(target))).toMatchObject({ forwardPath });
  });

  it("that is refused still says whose it may be, without its query", () => {
    expect(canonicalRequest(request("//acme/invoices/../x?key=1"))).toEqual({
      refused: "DOT_SEGMENT",
      workspace: "acme",
      service: "invoices",
    });
    expect(canonicalRequest(request("/ac%zzme/x"))).toMatchObject({ workspace: null, service: null });
  });
});

describe("a request", () => {
  const host: Pair = ["host", "gateway.test:3100"];
  it.each<[string, Partial<RawRequest>, RefusalCode | "/x"]>([
    ["without a Host", { headers: [] }, "HOST"],
    ["with an empty Host", { headers: [["host", ""]] }, "HOST"],
    ["with two Hosts", { headers: [host, ["host", "other.test"]] }, "HOST"],
    ["with the same Host twice", { headers: [host, host] }, "HOST"],
    ["with a Host that holds a path", { headers: [["host", "gateway.test/x"]] }, "HOST"],
    ["with a Host that holds a user", { headers: [["host", "a@gateway.test"]] }, "HOST"],
    ["with a Host list", { headers: [["host", "a.test, b.test"]] }, "HOST"],
    ["with an IPv6 Host", { headers: [["host", "[::1]:3100"]] }, "/x"],
    ["in HTTP/1.0 with a Host", { httpVersion: "1.0" }, "/x"],
    ["in HTTP/0.9", { httpVersion: "0.9", headers: [] }, "HTTP_VERSION"],
    ["in HTTP/2.0", { httpVersion: "2.0" }, "HTTP_VERSION"],
    ["with TRACE", { method: "TRACE" }, "METHOD"],
    ["with CONNECT", { method: "CONNECT" }, "METHOD"],
    ["with PROPFIND", { method: "PROPFIND" }, "METHOD"],
    ["with a method in lower case", { method: "get" }, "METHOD"],
    ["with OPTIONS", { method: "OPTIONS" }, "/x"],
    [
      "with X-HTTP-Method-Override",
      { headers: [host, ["x-http-method-override", "DELETE"]] },
      "METHOD_OVERRIDE",
    ],
    ["with X-HTTP-Method", { headers: [host, ["x-http-method", "DELETE"]] }, "METHOD_OVERRIDE"],
    ["with X_Method_Override", { headers: [host, ["x_method_override", ""]] }, "METHOD_OVERRIDE"],
    [
      "with two Authorization headers",
      { headers: [host, ["authorization", "a"], ["authorization", "a"]] },
      "DUPLICATE_HEADER",
    ],
    [
      "with two X-API-Key headers",
      { headers: [host, ["x-api-key", "a"], ["x-api-key", "b"]] },
      "DUPLICATE_HEADER",
    ],
    [
      "with one key header in two spellings",
      { headers: [host, ["hook_private_key", "a"], ["hook-private-key", "a"]] },
      "DUPLICATE_HEADER",
    ],
    [
      "with two content types",
      { headers: [host, ["content-type", "a/b"], ["content_type", "c/d"]] },
      "DUPLICATE_HEADER",
    ],
    [
      "with two different key headers",
      { headers: [host, ["x-api-key", "a"], ["authorization", "Bearer a"]] },
      "/x",
    ],
    ["that expects 100-continue", { headers: [host, ["expect", "100-Continue"]] }, "/x"],
    ["that expects something else", { headers: [host, ["expect", "200-ok"]] }, "EXPECTATION"],
  ])("%s is %s", (_what, more, expected) => {
    expect(outcome(request("/acme/invoices/x", more))).toBe(expected);
  });

  it("is refused with a sentence for every reason", () => {
    for (const sentence of Object.values(refusals)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

/** The most lenient upstream there is. */
function lenient(path: string): string {
  let text = path;
  for (let last = ""; last !== text;) {
    last = text;
    text = Buffer.from(
      text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      "latin1",
    ).toString("latin1");
  }
  const out: string[] = [];
  for (const segment of Buffer.from(text, "latin1").toString("utf8").replaceAll("\\", "/").split(/\/+/)) {
    const name = segment.split(";", 1)[0] ?? "";
    if (name === "..") out.pop();
    else if (name !== "." && name !== "") out.push(name);
  }
  return out.join("/");
}

/** An upstream that decodes once and does nothing else. */
function strict(path: string): string {
  return path
    .split("/")
    .map(decodeURIComponent)
    .filter((segment) => segment !== "")
    .join("/");
}

const piece = fc.constantFrom(
  ..."/ / / . .. ; %2e %2E %2f %5c %25 %252e %00 %61 %c0%ae %c3%a9 %3b %u a b c \\ // %20 %zz é % 2 e 5 f ? # ..; %2 %e9 \u00c3\u00a9 admin".split(
    " ",
  ),
);

describe("whatever the bytes", () => {
  const targets = fc.array(piece, { maxLength: 14 }).map((parts) => `/acme/invoices/${parts.join("")}`);

  it("what is forwarded reads as what was judged, to the most lenient and to the strictest upstream", () => {
    let accepted = 0;
    fc.assert(
      fc.property(targets, (target) => {
        const canonical = canonicalRequest(request(target));
        if ("refused" in canonical) return;
        accepted++;
        const judged = canonical.segments.join("/");
        expect(lenient(canonical.forwardPath)).toBe(judged);
        expect(strict(canonical.forwardPath)).toBe(judged);
        expect(`/${judged}`).toBe(canonical.path.replace(/(.)\/$/, "$1"));
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it("the service that is judged is the one that is named, to the most lenient reader", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (parts) => {
        const target = `/${parts.join("")}/x/y`;
        const canonical = canonicalRequest(request(target));
        if ("refused" in canonical) return;
        const read = lenient(target.split("?", 1)[0] ?? "");
        const named = [canonical.workspace, canonical.service, ...canonical.segments].filter(
          (each) => each !== null,
        );
        expect(named.join("/")).toBe(read);
      }),
      { numRuns: 20_000 },
    );
  });

  it("it never throws, and its own output is canonical already", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.string({ maxLength: 8 }),
        (text, method) => {
          canonicalRequest(request(text, { method }));
          const canonical = canonicalRequest(request(`/a/b/${text}`));
          if ("refused" in canonical) return;
          expect(canonicalRequest(request(`/a/b${canonical.forwardPath}`))).toEqual({
            ...canonical,
            query: "",
          });
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe("a path that needs no decoding", () => {
  it("is read as the same one with a letter escaped", () => {
    const segment = fc.stringMatching(/^[a-z0-9_~!$&'()*+,=:@-][a-z0-9_~!$&'()*+,=:@.-]{0,6}$/);
    const path = fc.tuple(fc.array(segment, { minLength: 1, maxLength: 6 }), fc.constantFrom("", "/"));
    fc.assert(
      fc.property(path, fc.nat(), ([segments, end], at) => {
        const raw = `/${segments.join("/")}${end}`;
        const escaped = [...raw];
        const place = 1 + (at % (raw.length - 1));
        if (raw[place] !== "/") escaped[place] = `%${raw.charCodeAt(place).toString(16).padStart(2, "0")}`;
        else escaped[1] = `%${raw.charCodeAt(1).toString(16).padStart(2, "0")}`;
        const [plain, decoded] = [canonicalPath(raw), canonicalPath(escaped.join(""))];
        if (typeof plain === "string" || typeof decoded === "string")
          throw new Error(`${raw}: ${String(plain)}`);
        expect({ ...decoded, forwardPath: "" }).toEqual({ ...plain, forwardPath: "" });
        expect(plain.forwardPath).toBe(decodeURIComponent(decoded.forwardPath));
      }),
      { numRuns: 1_000 },
    );
  });
});
