import { createServer } from "node:http";
import { Agent } from "undici";

/** The baseline: node:http in front of undici, and nothing in between. */
const origin = process.env.UPSTREAM ?? "";
const agent = new Agent({ pipelining: 1 });

const server = createServer((request, response) => {
  const { connection: _connection, host: _host, ...headers } = request.headers;
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  agent
    .stream(
      {
        origin,
        path: request.url ?? "/",
        method: request.method ?? "GET",
        headers,
        body: hasBody ? request : null,
      },
      (answer) => {
        const { connection: _hop, "keep-alive": _alive, ...rest } = answer.headers;
        return response.writeHead(answer.statusCode, rest);
      },
    )
    .catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`);
});
