import { createServer } from "node:http";

/** What both proxies stand in front of: a small JSON answer. */
const body = JSON.stringify({
  items: Array.from({ length: 5 }, (_, index) => ({
    id: `inv_${index}`,
    amount: 100 * index,
    currency: "EUR",
  })),
});

const server = createServer((_request, response) => {
  response
    .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    .end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`);
});
