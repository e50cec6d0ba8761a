import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** The private service of the demo: a small invoices API that trusts whoever the gateway lets through. */
export function startInvoicesApi(port: number): Promise<{ server: Server; port: number }> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : port });
    });
  });
}

const invoices = Array.from({ length: 40 }, (_, index) => ({
  id: `inv_${1001 + index}`,
  customer: ["Northwind", "Halyard", "Fernhill", "Ostler & Co"][index % 4],
  amount: 1200 + ((index * 7919) % 90000),
  currency: "EUR",
  status: ["paid", "open", "overdue"][index % 3],
}));

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [path = "/"] = (request.url ?? "/").split("?");
  const id = /^\/v1\/invoices\/([^/]+)$/.exec(path)?.[1];
  if (path === "/v1/invoices" && request.method === "GET")
    return json(response, {
      status: 200,
      body: { items: invoices.slice(0, 10), servedTo: request.headers["x-latchkey-key-name"] },
    });
  if (path === "/v1/invoices" && request.method === "POST") return readInvoice(request, response);
  if (id !== undefined && request.method === "GET") {
    const found = invoices.find((invoice) => invoice.id === id);
    return json(
      response,
      found === undefined
        ? { status: 404, body: { error: "no such invoice" } }
        : { status: 200, body: found },
    );
  }
  json(response, { status: 404, body: { error: "no such path" } });
}

const bodyBytesMax = 65_536;

function readInvoice(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  });
  request.on("end", () => {
    if (bytes > bodyBytesMax) return json(response, { status: 413, body: { error: "too large" } });
    json(response, {
      status: 201,
      body: { id: "inv_2001", received: Buffer.concat(chunks).toString("utf8") },
    });
  });
}

function json(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
