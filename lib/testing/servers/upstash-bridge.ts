import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Redis } from "ioredis";
import { z } from "zod";

/** Upstash's REST protocol in front of a real Redis. */
export interface UpstashBridge {
  url: string;
  token: string;
  /** Requests answered so far. */
  requests(): number;
  close(): Promise<void>;
}

const Command = z.array(z.union([z.string(), z.number(), z.null()]).transform(String)).min(1);
const Commands = z.array(Command);

type Answer = { result: unknown } | { error: string };

/**
 * Serves `POST /` (one command), `/pipeline` and `/multi-exec` (several) as Upstash documents them, with bearer token
 * and base64 answers. Scripts may begin with Upstash's own `#!lua flags=` line, which plain Redis refuses.
 */
export async function startUpstashBridge(redisUrl: string): Promise<UpstashBridge> {
  const redis = new Redis(redisUrl);
  const token = "bridge-token";
  const bodies = new Map<string, string>();
  let answered = 0;

  const run = async (command: readonly string[]): Promise<Answer> => {
    const [name = "", ...args] = plainCommand(command, bodies);
    try {
      return { result: await redis.call(name, ...args) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { error: "WRONGPASS invalid or missing auth token" } };
    const body = JSON.parse(await textOf(request));
    if (request.url === "/pipeline") {
      const answers: Answer[] = [];
      for (const command of Commands.parse(body)) answers.push(await run(command));
      return { status: 200, body: answers };
    }
    if (request.url === "/multi-exec") {
      const results = await redis.multi(Commands.parse(body)).exec();
      return {
        status: 200,
        body: (results ?? []).map(([error, result]) => (error ? { error: error.message } : { result })),
      };
    }
    const one = await run(Command.parse(body));
    return { status: "error" in one ? 400 : 200, body: one };
  };
  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => ({ status: 400, body: { error: String(error) } }))
      .then(({ status, body }) => {
        answered += 1;
        send(response, status, request.headers["upstash-encoding"] === "base64" ? inBase64(body) : body);
      })
      .catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    token,
    requests: () => answered,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      redis.disconnect();
    },
  };
}

/** The command as plain Redis takes it; a script without its first line has another name, which is kept. */
function plainCommand(command: readonly string[], bodies: Map<string, string>): readonly string[] {
  const [name = "", script = "", ...rest] = command;
  switch (name.toLowerCase()) {
    case "eval": {
      const body = script.replace(/^#!lua flags=[^\n]*\n/, "");
      bodies.set(sha1(script), sha1(body));
      return [name, body, ...rest];
    }
    case "evalsha":
      return [name, bodies.get(script) ?? script, ...rest];
    default:
      return command;
  }
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** Every text but "OK" is sent in base64 when the client asks for it; numbers and nothing stay. */
function inBase64(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(inBase64);
  if (typeof body === "string") return body === "OK" ? body : Buffer.from(body).toString("base64");
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name === "error" ? value : inBase64(value)]),
  );
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
