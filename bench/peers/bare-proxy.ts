import { createServer, type IncomingHttpHeaders } from "node:http";
import { Agent } from "undici";

/** The baseline: node:http in front of undici, and nothing in between. */
const origin = process.env.UPSTREAM ?? "";
const agent = new Agent({ pipelining: 1 });

const hopByHop = new Set(["connection", "keep-alive", "host"]);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const name in headers) if (!hopByHop.has(name)) kept[name] = headers[name];
  return kept;
}

const server = createServer((request, response) => {
  const { method = "GET", url = "/" } = request;
  const body = method === "GET" || method === "HEAD" ? null : request;
  agent
    .stream(
      { origin, path: url, method, headers: endToEnd(request.headers), body },
      ({ statusCode, headers }) => response.writeHead(statusCode, endToEnd(headers)),
    )
    .catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`);
});
