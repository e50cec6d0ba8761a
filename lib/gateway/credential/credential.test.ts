import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "@/lib/api/problem";
import {
  bearerValues,
  bodyMayHoldCredential,
  bodyWithoutCredential,
  credentialFromBody,
  credentialFromHeaders,
  credentialFromQuery,
  oneCredential,
  queryWithoutCredential,
} from "@/lib/gateway/credential/credential";

const bytes = (text: string) => Buffer.from(text, "utf8");
const json = "application/json; charset=utf-8";
const form = "application/x-www-form-urlencoded";
const multipart = 'multipart/form-data; boundary="x y"';
const part = (name: string, value: string) =>
  `--x y\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

describe("a credential in the headers", () => {
  it.each([
    ["Authorization with Bearer", [["Authorization", "Bearer K"]], "K"],
    ["the scheme in any case", [["authorization", "bEaReR   K "]], "K"],
    ["X-API-Key", [["X-API-Key", "K"]], "K"],
    ["hook_private_key", [["hook_private_key", "K"]], "K"],
    ["hookio-private-key", [["HookIO-Private-Key", "K"]], "K"],
    [
      "the same key in two headers",
      [
        ["authorization", "Bearer K"],
        ["x-api-key", "K"],
      ],
      "K",
    ],
    ["the same key twice in one header", [["x-api-key", "K, K"]], "K"],
    [
      "an empty header beside a full one",
      [
        ["x-api-key", "  "],
        ["hook_private_key", "K"],
      ],
      "K",
    ],
    ["Bearer without a value", [["authorization", "Bearer "]], null],
    ["another scheme", [["authorization", "Basic abc"]], null],
    ["a scheme that only begins like Bearer", [["authorization", "BearerK"]], null],
    ["no header", [], null],
  ] satisfies [string, [string, string][], string | null][])(
    "is read from %s",
    (_what, headers, expected) => {
      expect(credentialFromHeaders(headers)).toBe(expected);
      expect(credentialFromHeaders(new Headers(headers))).toBe(expected);
    },
  );

  it("is refused when two different ones are sent", () => {
    expect(() =>
      credentialFromHeaders([
        ["authorization", "Bearer A"],
        ["x-api-key", "B"],
      ]),
    ).toThrow(Problem);
    expect(() => credentialFromHeaders([["authorization", "Bearer A, Bearer B"]])).toThrow(
      "Two different keys",
    );
  });

  it("is not taken from an Authorization value that belongs to somebody else", () => {
    const isOurs = (value: string) => value.startsWith("lk_");
    expect(
      credentialFromHeaders(
        [
          ["authorization", "Bearer theirs"],
          ["x-api-key", "lk_1"],
        ],
        isOurs,
      ),
    ).toBe("lk_1");
    expect(credentialFromHeaders([["authorization", "Bearer theirs"]], isOurs)).toBeNull();
  });
});

describe("a credential in the query", () => {
  it.each([
    ["hook_private_key=K", "K", ""],
    ["a=1&hook_private_key=K&b=%20x", "K", "a=1&b=%20x"],
    ["hook_private_key=K&a=+", "K", "a=+"],
    ["a=%zz&hook_private_key=K", "K", "a=%zz"],
    ["hook_private_key=K&hook_private_key=K", "K", ""],
    ["hook_private_key=K&&a&hook_private_key=K&", "K", "&a&"],
    ["hook%5Fprivate%5Fkey=%4B", "K", ""],
    ["hook_private_key=&a=1", null, "a=1"],
    ["hook_private_key&a=1", null, "a=1"],
    ["hook_private_key2=K&xhook_private_key=K", null, "hook_private_key2=K&xhook_private_key=K"],
    ["a=hook_private_key", null, "a=hook_private_key"],
    ["", null, ""],
  ])("of %s is %s and leaves %s", (query, expected, rest) => {
    expect(credentialFromQuery(query)).toBe(expected);
    expect(queryWithoutCredential(query)).toBe(rest);
  });

  it("is refused when it names two keys", () => {
    expect(() => credentialFromQuery("hook_private_key=A&hook_private_key=B")).toThrow(Problem);
  });

  it("leaves the other parameters as they were, whatever they are", () => {
    const other = fc.stringMatching(/^[a-z0-9=%+;,.]{0,8}$/).filter((text) => !text.startsWith("hook"));
    fc.assert(
      fc.property(fc.array(fc.oneof(other, fc.constant("hook_private_key=K"))), (parts) => {
        const kept = parts.filter((each) => each !== "hook_private_key=K");
        expect(queryWithoutCredential(parts.join("&"))).toBe(kept.join("&"));
      }),
    );
  });
});

describe("a credential in a JSON body", () => {
  it.each([
    ['{"hook_private_key":"K"}', "K", "{}"],
    ['{ "a": 1, "hook_private_key": "K" }', "K", '{ "a": 1 }'],
    ['{"hook_private_key":"K",  "a":[1,{"b":"}"}]}', "K", '{"a":[1,{"b":"}"}]}'],
    ['{"a":1,"hook_private_key":"K","hook_private_key":"K"}', "K", '{"a":1}'],
    ['{"hook_private_key":"K","a":1.0,"hook_private_key":"K"}', "K", '{"a":1.0}'],
    ['{"hook_private_\\u006bey":"\\u004b"}', "K", "{}"],
    ['\ufeff{"hook_private_key":"K"}', "K", "\ufeff{}"],
    ['{"hook_private_key":""}', null, "{}"],
    ['{"hook_private_key":7}', null, '{"hook_private_key":7}'],
    ['{"a":{"hook_private_key":"K"}}', null, '{"a":{"hook_private_key":"K"}}'],
    ['["hook_private_key","K"]', null, '["hook_private_key","K"]'],
    ['{"hook_private_key":"K",}', null, '{"hook_private_key":"K",}'],
    ['{"hook_private_key":"K"} x', null, '{"hook_private_key":"K"} x'],
    ['{"hook_private_key":"K","a":tru}', null, '{"hook_private_key":"K","a":tru}'],
    ["", null, ""],
  ])("of %s is %s and leaves %s", (text, expected, rest) => {
    expect(credentialFromBody(json, bytes(text))).toBe(expected);
    expect(bodyWithoutCredential(json, bytes(text)).toString()).toBe(rest);
  });

  it("is refused when a doubled member holds two keys", () => {
    expect(() => credentialFromBody(json, bytes('{"hook_private_key":"A","hook_private_key":"B"}'))).toThrow(
      Problem,
    );
  });

  it("is not looked for below 64 levels, however deep the text goes", () => {
    const deep = `{"hook_private_key":"K","a":${"[".repeat(400_000)}${"]".repeat(400_000)}}`;
    expect(credentialFromBody(json, bytes(deep))).toBeNull();
  });

  it("is not looked for in bytes that are no UTF-8", () => {
    const body = Buffer.concat([bytes('{"hook_private_key":"K","a":"'), Buffer.from([0xff]), bytes('"}')]);
    expect(credentialFromBody(json, body)).toBeNull();
  });

  it("is cut so that the rest parses to the rest, for any object", () => {
    const name = fc.oneof(fc.string(), fc.constant("hook_private_key"));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.jsonValue({ maxDepth: 3 }))),
        fc.constantFrom("", " ", "\n\t"),
        (members, space) => {
          const texts = members.map(
            ([key, value]) => [key, key === "hook_private_key" ? "K" : value] as const,
          );
          const write = (list: typeof texts) =>
            `{${space}${list.map(([key, value]) => JSON.stringify(key) + space + ":" + JSON.stringify(value)).join(`${space},${space}`)}${space}}`;
          const rest = bodyWithoutCredential(json, bytes(write(texts))).toString();
          expect(JSON.parse(rest)).toEqual(
            JSON.parse(write(texts.filter(([key]) => key !== "hook_private_key"))),
          );
        },
      ),
    );
  });
});

describe("a credential in a form", () => {
  it("is read from an urlencoded body and cut out of it", () => {
    expect(credentialFromBody(form, bytes("a=%41&hook_private_key=K&b="))).toBe("K");
    expect(bodyWithoutCredential(form, bytes("a=%41&hook_private_key=K&b=")).toString()).toBe("a=%41&b=");
  });

  it("is read from a multipart part and cut out with its delimiter", () => {
    const body = `preamble\r\n${part("a", "1\r\n--x")}${part("hook_private_key", "K")}${part("b", "2")}--x y--\r\n`;
    expect(credentialFromBody(multipart, bytes(body))).toBe("K");
    expect(bodyWithoutCredential(multipart, bytes(body)).toString()).toBe(
      `preamble\r\n${part("a", "1\r\n--x")}${part("b", "2")}--x y--\r\n`,
    );
  });

  it.each([
    [
      "a file of that name",
      '--x y\r\nContent-Disposition: form-data; name="hook_private_key"; filename="f"\r\n\r\nK\r\n--x y--',
    ],
    ["a part without an end", '--x y\r\nContent-Disposition: form-data; name="hook_private_key"\r\n\r\nK'],
    ["no delimiter", "hook_private_key=K"],
  ])("is not seen in %s", (_what, body) => {
    expect(credentialFromBody(multipart, bytes(body))).toBeNull();
    expect(bodyWithoutCredential(multipart, bytes(body)).toString()).toBe(body);
  });

  it("is not seen when the boundary is missing", () => {
    expect(
      credentialFromBody("multipart/form-data", bytes(`${part("hook_private_key", "K")}--x y--`)),
    ).toBeNull();
  });
});

describe("a body", () => {
  it("is searched up to one MiB and no further", () => {
    const padded = (length: number) => bytes(`{"hook_private_key":"K","a":"${"x".repeat(length - 31)}"}`);
    expect(padded(1024 * 1024).length).toBe(1024 * 1024);
    expect(credentialFromBody(json, padded(1024 * 1024))).toBe("K");
    expect(credentialFromBody(json, padded(1024 * 1024 + 1))).toBeNull();
  });

  it.each([
    ["application/json", true],
    ["Application/Problem+JSON;x=y", true],
    ["application/vnd.api+json", true],
    ["multipart/form-data; boundary=a", true],
    ["application/x-www-form-urlencoded", true],
    ["text/plain", false],
    ["application/octet-stream", false],
    [undefined, false],
  ])("of type %s may hold a credential: %s", (type, expected) => {
    expect(bodyMayHoldCredential(type)).toBe(expected);
  });
});

describe("one credential out of several places", () => {
  it("is the only one that is present", () => {
    expect(oneCredential([null, "", " ", "K", "K"])).toBe("K");
    expect(oneCredential([])).toBeNull();
    expect(() => oneCredential(["A", null, "B"])).toThrow(Problem);
  });
});

it("reads an Authorization value the same however Bearer is spelled", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20 }),
      fc.constantFrom("", " ", "\t", "bearer ", "Bearer "),
      (value, before) => {
        const sent = `${before}${value}`;
        expect(bearerValues(`Bearer ${sent}`)).toEqual(bearerValues(`bearer ${sent}`));
      },
    ),
  );
});
