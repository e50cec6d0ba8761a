import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
/** In production: a column with a unique index, written in the transaction that handles the message. */
const handled = new Set();

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // The text as it came: parsed and written anew it would be another, and its signature another too.
  const text = Buffer.concat(chunks).toString("utf8");
  let payload;
  try {
    payload = webhook.verify(text, request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  const id = request.headers["webhook-id"];
  if (!handled.has(id)) console.log(JSON.stringify(payload));
  handled.add(id);
  return response.writeHead(204).end();
}).listen(Number(process.env.RECEIVER_PORT), "127.0.0.1");
