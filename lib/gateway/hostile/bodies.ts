import { deflateSync, gzipSync } from "node:zlib";
import { hostile, type HostileRequest } from "@/lib/gateway/hostile/request";

/** `POST /transfers` is denied where `amount` is above 100, and where that cannot be known. */
function transfer(name: string, body: string, headers: readonly string[] = [jsonType]): HostileRequest {
  return hostile(`body: ${name}`, { method: "POST", path: "/transfers", headers, body });
}

const jsonType = "Content-Type: application/json";
const formType = "Content-Type: application/x-www-form-urlencoded";
const much = '{"amount":500}';
const latin1 = (bytes: Buffer) => bytes.toString("latin1");

const json: readonly HostileRequest[] = [
  transfer("too much", much),
  transfer("a key twice, much last", '{"amount":5,"amount":500}'),
  transfer("a key twice, much first", '{"amount":500,"amount":5}'),
  transfer("a key twice, once escaped", '{"amount":5,"\\u0061mount":500}'),
  transfer("the key escaped", '{"\\u0061mount":500}'),
  transfer("2,000 levels deep", `{"amount":${"[".repeat(2_000)}500${"]".repeat(2_000)}}`),
  transfer("2,000 levels before the amount", `{"a":${"[".repeat(2_000)}${"]".repeat(2_000)},"amount":500}`),
  transfer("half a million levels without an end", "[".repeat(500_000)),
  transfer("as text", '{"amount":"500"}'),
  transfer("as a list", '{"amount":[5,500]}'),
  transfer("as an object", '{"amount":{"value":500}}'),
  transfer("with an exponent", '{"amount":5e2}'),
  transfer("beyond numbers", '{"amount":1e999}'),
  transfer("not a number", '{"amount":NaN}'),
  transfer("hexadecimal", '{"amount":0x1f4}'),
  transfer("with a comment", '{"amount":/*5*/500}'),
  transfer("in single quotes", "{'amount':500}"),
  transfer("with a comma at the end", '{"amount":500,}'),
  transfer("two documents", '{"amount":5}\n{"amount":500}'),
  transfer("garbage behind", '{"amount":5}, "amount":500}'),
  transfer("cut short", '{"amount":500'),
  transfer("a byte order mark", `\xef\xbb\xbf${much}`),
  transfer("UTF-16", latin1(Buffer.from(much, "utf16le"))),
  transfer("UTF-16 as its charset says", latin1(Buffer.from(`\ufeff${much}`, "utf16le")), [
    `${jsonType}; charset=utf-16`,
  ]),
  transfer("UTF-7 by its charset", "{+ACI-amount+ACI-:500}", [`${jsonType}; charset=utf-7`]),
  transfer("two charsets", much, [`${jsonType}; charset=utf-8; charset=utf-16`]),
  transfer("bytes that are no UTF-8", '{"amount":500,"x":"\xff"}'),
  transfer("overlong quote", '{"x":"\xc0\xa2,"amount":500}'),
  transfer("a NUL inside", '{"amount":500\x00}'),
  transfer("longer than is read", `{"pad":"${"a".repeat(1_100_000)}","amount":500}`),
  transfer("the key of the caller beside it", '{"hook_private_key":"","amount":500}'),
];

const types: readonly HostileRequest[] = [
  transfer("as plain text", much, ["Content-Type: text/plain"]),
  transfer("without a type", much, []),
  transfer("with an empty type", much, ["Content-Type: "]),
  transfer("of two types in one line", much, ["Content-Type: application/json, text/plain"]),
  transfer("of a type in capitals", much, ["Content-Type: APPLICATION/JSON"]),
  transfer("of a JSON dialect", much, ["Content-Type: application/vnd.api+json"]),
  transfer("of a type with underscores", much, ["Content_Type: application/json"]),
  transfer("of a type that Connection names", much, [jsonType, "Connection: content-type"]),
  transfer("as XML", "<amount>500</amount>", ["Content-Type: application/xml"]),
  transfer("as a form", "amount=500", [formType]),
  transfer("as a form, twice", "amount=5&amount=500", [formType]),
  transfer("as a form behind a semicolon", "x=1;amount=500", [formType]),
  transfer("as a form with a NUL", "amount=500%00", [formType]),
  transfer("as a form with a broken escape", "amount=500&x=%zz", [formType]),
  transfer("JSON that is called a form", much, [formType]),
  transfer("a form that is called JSON", "amount=500", [jsonType]),
  transfer("as multipart", '--b\r\nContent-Disposition: form-data; name="amount"\r\n\r\n500\r\n--b--\r\n', [
    "Content-Type: multipart/form-data; boundary=b",
  ]),
  transfer(
    "as multipart with two boundaries",
    '--c\r\nContent-Disposition: form-data; name="amount"\r\n\r\n500\r\n--c--\r\n',
    ["Content-Type: multipart/form-data; boundary=b; boundary=c"],
  ),
];

const encodings: readonly HostileRequest[] = [
  transfer("gzip", latin1(gzipSync(much)), [jsonType, "Content-Encoding: gzip"]),
  transfer("gzip that is not named", latin1(gzipSync(much))),
  transfer("a gzip bomb", latin1(gzipSync(`{"pad":"${"a".repeat(50_000_000)}","amount":500}`)), [
    jsonType,
    "Content-Encoding: gzip",
  ]),
  transfer("deflate", latin1(deflateSync(much)), [jsonType, "Content-Encoding: deflate"]),
  transfer("identity, gzip", latin1(gzipSync(much)), [jsonType, "Content-Encoding: identity, gzip"]),
  transfer("an encoding with underscores", latin1(gzipSync(much)), [jsonType, "Content_Encoding: gzip"]),
  transfer("an encoding that Connection names", latin1(gzipSync(much)), [
    jsonType,
    "Content-Encoding: gzip",
    "Connection: content-encoding",
  ]),
  transfer("an unknown encoding", much, [jsonType, "Content-Encoding: br"]),
];

const frames: readonly HostileRequest[] = [
  hostile("body: in chunks", {
    method: "POST",
    path: "/transfers",
    headers: [jsonType, "Transfer-Encoding: chunked"],
    body: '4\r\n{"am\r\na\r\nount":500}\r\n0\r\n\r\n',
    framed: true,
  }),
  hostile("body: shorter than its length", {
    method: "POST",
    path: "/transfers",
    headers: [jsonType, "Content-Length: 12"],
    body: '{"amount":5}00}',
    framed: true,
  }),
  hostile("body: after Expect", {
    method: "POST",
    path: "/transfers",
    headers: [jsonType, "Expect: 100-continue"],
    body: much,
  }),
  ...["PUT", "PATCH"].map((method) =>
    hostile(`body: of a ${method} to a denied amount`, {
      method,
      path: "/transfers",
      headers: [jsonType],
      body: much,
    }),
  ),
  hostile("body: of a GET", { path: "/transfers", headers: [jsonType], body: much }),
];

export const hostileBodies: readonly HostileRequest[] = [...json, ...types, ...encodings, ...frames];
