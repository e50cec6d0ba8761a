import { type Aim, hostile, type HostileRequest, requestText } from "@/lib/gateway/hostile/request";

/** A POST whose frame the two sides may see differently, so that its rest becomes a request to what is denied. */
function smuggling(
  name: string,
  { headers, body }: { headers: readonly string[]; body: (inner: string) => string },
): HostileRequest {
  return {
    name: `smuggling: ${name}`,
    endless: true,
    bytes: (aim) =>
      requestText(aim, {
        keptOpen: true,
        method: "POST",
        path: "/public",
        headers,
        body: body(innerRequest(aim)),
        framed: true,
      }),
  };
}

const innerRequest = (aim: Aim) => requestText(aim, { path: "/admin/keys" });
const afterEmptyChunks = (inner: string) => `0\r\n\r\n${inner}`;
const plain = (inner: string) => inner;
const chunkOf = (inner: string) => `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;

const lengths: readonly HostileRequest[] = [
  smuggling("length and chunks", {
    headers: ["Content-Length: 5", "Transfer-Encoding: chunked"],
    body: afterEmptyChunks,
  }),
  smuggling("chunks and length", {
    headers: ["Transfer-Encoding: chunked", "Content-Length: 5"],
    body: afterEmptyChunks,
  }),
  smuggling("two lengths", { headers: ["Content-Length: 0", "Content-Length: 50"], body: plain }),
  smuggling("one length twice", { headers: ["Content-Length: 0", "Content-Length: 0"], body: plain }),
  smuggling("a list of lengths", { headers: ["Content-Length: 0, 50"], body: plain }),
  smuggling("a signed length", { headers: ["Content-Length: +0"], body: plain }),
  smuggling("a negative length", { headers: ["Content-Length: -1"], body: plain }),
  smuggling("a hexadecimal length", { headers: ["Content-Length: 0x0"], body: plain }),
  smuggling("a length with a space inside", { headers: ["Content-Length: 0 0"], body: plain }),
  smuggling("a length before a space", { headers: ["Content-Length : 0"], body: plain }),
  smuggling("an empty length", { headers: ["Content-Length: "], body: plain }),
  smuggling("a length beyond numbers", { headers: ["Content-Length: 99999999999999999999"], body: plain }),
  smuggling("a length with underscores", { headers: ["Content_Length: 0"], body: plain }),
  smuggling("no body and a request behind it", { headers: ["Content-Length: 0"], body: plain }),
];

const codings: readonly (readonly [name: string, headers: readonly string[]])[] = [
  ["an unknown coding", ["Transfer-Encoding: xchunked"]],
  ["identity", ["Transfer-Encoding: identity"]],
  ["chunked, identity", ["Transfer-Encoding: chunked, identity"]],
  ["chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]],
  ["gzip, chunked", ["Transfer-Encoding: gzip, chunked"]],
  ["a coding before a space", ["Transfer-Encoding : chunked"]],
  ["a coding after a vertical tab", ["Transfer-Encoding: \x0bchunked"]],
  ["a folded coding", ["Transfer-Encoding:\r\n chunked"]],
  ["a coding after a folded line", ["X-Other: a\r\n Transfer-Encoding: chunked"]],
  ["a coding after a bare line feed", ["X-Other: a\nTransfer-Encoding: chunked", "Content-Length: 5"]],
  ["a coding with underscores", ["Transfer_Encoding: chunked", "Content-Length: 5"]],
  ["a quoted coding", ['Transfer-Encoding: "chunked"']],
  ["a coding that Connection names", ["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"]],
  ["a length that Connection names", ["Connection: Content-Length", "Content-Length: 5"]],
];

const chunks: readonly (readonly [name: string, body: (inner: string) => string])[] = [
  ["a chunk extension", (inner) => `1;a=b\r\na\r\n0\r\n\r\n${inner}`],
  ["a chunk extension that ends a line", (inner) => `1;a\nb\r\na\r\n0\r\n\r\n${inner}`],
  ["a chunk size beyond numbers", (inner) => `fffffffffffffffff\r\n${inner}`],
  ["a prefixed chunk size", (inner) => `0x0\r\n\r\n${inner}`],
  ["a negative chunk size", (inner) => `-1\r\n${inner}`],
  ["a chunk size before a space", (inner) => `0 \r\n\r\n${inner}`],
  ["a chunk longer than its size", (inner) => `1\r\nabc\r\n0\r\n\r\n${inner}`],
  ["bare line feeds between chunks", (inner) => `1\na\n0\n\n${inner}`],
  ["a request as a chunk", chunkOf],
  ["a request as a trailer", (inner) => `0\r\n${inner}`],
];

const heads: readonly HostileRequest[] = [
  hostile("line feeds only", { path: "/admin/keys\n", headers: [] }),
  {
    name: "bare line feeds as line ends",
    bytes: (aim) => requestText(aim, { path: "/admin/keys" }).replaceAll("\r\n", "\n"),
  },
  {
    name: "bare returns as line ends",
    bytes: (aim) => requestText(aim, { path: "/admin/keys" }).replaceAll("\r\n", "\r"),
  },
  { name: "empty lines first", bytes: (aim) => `\r\n\r\n${requestText(aim, { path: "/admin/keys" })}` },
  hostile("a header without a colon", { path: "/public", headers: ["X-Role admin"] }),
  hostile("a header without a name", { path: "/public", headers: [": admin"] }),
  hostile("a header name with a space", { path: "/public", headers: ["X Role: admin"] }),
  hostile("a header name that is not ASCII", { path: "/public", headers: ["X-R\xf6le: admin"] }),
  hostile("a folded first header", { path: "/public", headers: [" X-Role: admin"] }),
  hostile("a head of 100 kB", { path: "/public", headers: [`X-Long: ${"a".repeat(100_000)}`] }),
  hostile("five thousand headers", { path: "/public", headers: Array<string>(5_000).fill("a: b") }),
  { name: "no HTTP at all", bytes: () => "\x16\x03\x01\x00\xa5\x01\x00", unattributable: true },
  { name: "HTTP/2 preface", bytes: () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", unattributable: true },
];

export const hostileFraming: readonly HostileRequest[] = [
  ...lengths,
  ...codings.map(([name, headers]) => smuggling(name, { headers, body: afterEmptyChunks })),
  ...chunks.map(([name, body]) => smuggling(name, { headers: ["Transfer-Encoding: chunked"], body })),
  {
    ...smuggling("chunks that never end", { headers: ["Transfer-Encoding: chunked"], body: () => "5\r\nab" }),
    endless: true,
  },
  ...heads,
];
