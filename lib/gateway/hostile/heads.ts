import { hostile, type HostileRequest, requestText } from "@/lib/gateway/hostile/request";

const reports = "/reports";

/** `X-Role: admin` and `?role=admin` are denied at `/reports`, DELETE is denied everywhere. */
const methods: readonly HostileRequest[] = [
  ...["TRACE", "TRACK", "PROPFIND", "get", "GETT", "DELETE\t", "PRI"].map((method) =>
    hostile(`method ${JSON.stringify(method)}`, { method, path: "/admin/keys" }),
  ),
  { ...hostile("CONNECT", { method: "CONNECT", target: ({ host }) => host }), unattributable: true },
  hostile("CONNECT with a path", { method: "CONNECT", path: "/admin/keys" }),
  ...[
    "X-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: DELETE",
    "X_HTTP_METHOD_OVERRIDE: DELETE",
    "x-http_method-override: DELETE",
  ].map((header) => hostile(`method overridden by ${header}`, { path: "/items/1", headers: [header] })),
  hostile("method overridden by the query", { path: "/items/1?_method=DELETE" }),
  hostile("method overridden by an encoded query", { path: "/items/1?a=1&%5fmethod=DELETE" }),
];

const versions: readonly HostileRequest[] = [
  { name: "HTTP/0.9", bytes: ({ base }) => `GET ${base}/admin/keys\r\n\r\n` },
  hostile("HTTP/1.0 without Host", { path: "/admin/keys", version: "HTTP/1.0", hosted: false }),
  hostile("HTTP/1.0", { path: "/admin/keys", version: "HTTP/1.0" }),
  ...["HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 HTTP/1.1", "HTTP/01.1", "HTCPCP/1.0"].map((version) =>
    hostile(`version ${version}`, { path: "/admin/keys", version }),
  ),
];

const hosts: readonly HostileRequest[] = [
  hostile("two Hosts", { path: "/admin/keys", headers: ["Host: other.test"] }),
  hostile("the same Host twice", { path: "/public", headers: ["Host: gateway.test"] }),
  hostile("no Host", { path: "/public", hosted: false }),
  hostile("Host with a path", { path: "/public", hosted: false, headers: ["Host: gateway.test/admin"] }),
  hostile("Host with a user", { path: "/public", hosted: false, headers: ["Host: admin@gateway.test"] }),
  hostile("Host list", { path: "/public", hosted: false, headers: ["Host: gateway.test, other.test"] }),
  hostile("Host before a space", { path: "/public", hosted: false, headers: ["Host : gateway.test"] }),
  hostile("folded Host", { path: "/public", hosted: false, headers: ["Host:\r\n gateway.test"] }),
];

/** Headers that tell an upstream another path, caller or role. */
const claims: readonly HostileRequest[] = [
  "X-Original-URL: /admin/keys",
  "X-Rewrite-URL: /admin/keys",
  "X_Original_URL: /admin/keys",
  "X-Original-URI: /admin/keys",
  "X-Forwarded-Prefix: /admin",
  "X-Forwarded-Path: /admin/keys",
  "X-Host: other.test",
  "X-Latchkey-Key-Id: key_root",
  "X_Latchkey_Key_Id: key_root",
  "X-Latchkey_Scopes: admin:users",
  "X-Forwarded-User: root",
  "Remote-User: root",
  "REMOTE_USER: root",
  "X-Auth-Request-User: root",
  "X-Consumer-Username: root",
].map((header) => hostile(`claim ${header}`, { path: "/public", headers: [header] }));

const roles: readonly HostileRequest[] = [
  hostile("denied header", { path: reports, headers: ["X-Role: admin"] }),
  hostile("denied header with underscores", { path: reports, headers: ["X_Role: admin"] }),
  hostile("denied header beside an allowed one", {
    path: reports,
    headers: ["X-Role: user", "X-Role: admin"],
  }),
  hostile("denied header in a list", { path: reports, headers: ["X-Role: user, admin"] }),
  hostile("denied header in both spellings", { path: reports, headers: ["X-Role: user", "x_role: admin"] }),
  hostile("denied header that Connection names", {
    path: reports,
    headers: ["X-Role: admin", "Connection: x-role"],
  }),
  hostile("denied header on a folded line", { path: reports, headers: ["X-Role: user,\r\n admin"] }),
  hostile("denied header before a space", { path: reports, headers: ["X-Role : admin"] }),
  hostile("denied header after a bare line feed", { path: reports, headers: ["X-Other: a\nX-Role: admin"] }),
  hostile("denied header after a bare return", { path: reports, headers: ["X-Other: a\rX-Role: admin"] }),
  hostile("denied header with a NUL", { path: reports, headers: ["X-Role: admin\x00"] }),
  hostile("denied header in a trailer", {
    method: "POST",
    path: reports,
    headers: ["Transfer-Encoding: chunked", "Trailer: X-Role"],
    body: "1\r\na\r\n0\r\nX-Role: admin\r\n\r\n",
    framed: true,
  }),
  ...[
    "role=admin",
    "role=user&role=admin",
    "r%6fle=%61dmin",
    "x=1;role=admin",
    "role=admin%00",
    "role=admin%ff",
    "role=%c1%a1dmin",
    "x=%zz&role=admin",
    "&&role=admin&",
    "role=admin=",
  ].map((query) => hostile(`denied query ${query}`, { path: `${reports}?${query}` })),
];

const credentials: readonly HostileRequest[] = [
  hostile("two different keys", {
    path: "/public",
    headers: [`Authorization: Bearer lk_live_${"g".repeat(59)}`],
  }),
  hostile("another key in the query", { path: `/public?hook_private_key=lk_live_${"g".repeat(59)}` }),
  hostile("a key header twice", { path: "/public", headers: ["X-API-Key: other"] }),
  hostile("a key header in another spelling", { path: "/public", headers: ["X_API_Key: other"] }),
  hostile("Authorization twice", {
    path: "/public",
    headers: ["Authorization: Bearer a", "Authorization: Bearer b"],
  }),
  hostile("no key", { path: "/admin/keys", keyed: false }),
  hostile("an empty key", { path: "/admin/keys", keyed: false, headers: ["X-API-Key: "] }),
  hostile("content type twice", {
    method: "POST",
    path: "/transfers",
    headers: ["Content-Type: application/json", "Content-Type: text/plain"],
    body: '{"amount":500}',
  }),
];

const upgrades: readonly HostileRequest[] = [
  hostile("WebSocket", {
    path: "/admin/keys",
    headers: ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
  }),
  {
    name: "WebSocket with a request behind it",
    endless: true,
    bytes: (aim) =>
      requestText(aim, {
        keptOpen: true,
        path: "/public",
        headers: ["Connection: Upgrade", "Upgrade: websocket"],
      }) + requestText(aim, { path: "/admin/keys" }),
  },
  {
    name: "h2c with a request behind it",
    endless: true,
    bytes: (aim) =>
      requestText(aim, {
        keptOpen: true,
        path: "/public",
        headers: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
      }) + requestText(aim, { path: "/admin/keys" }),
  },
  hostile("h2c", { path: "/admin/keys", headers: ["Connection: Upgrade", "Upgrade: h2c"] }),
  hostile("an unknown protocol", {
    path: "/admin/keys",
    headers: ["Connection: Upgrade", "Upgrade: TLS/1.0"],
  }),
  hostile("an unknown expectation", { path: "/admin/keys", headers: ["Expect: 200-ok"] }),
];

export const hostileHeads: readonly HostileRequest[] = [
  ...methods,
  ...versions,
  ...hosts,
  ...claims,
  ...roles,
  ...credentials,
  ...upgrades,
];
