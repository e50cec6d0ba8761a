import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { sendWhole } from "@/lib/process/send-whole";

/** Everything that a server answers to what is written to one connection, until it closes it. */
async function answersTo(sent: string, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  const socket = connect(address.port, "127.0.0.1");
  socket.write(sent);
  return text(socket);
}

const asked = (method: string, path: string, more = "") =>
  `${method} ${path} HTTP/1.1\r\nHost: here\r\n${more}\r\n`;
const last = "Connection: close\r\n";

/** Bodies of answers in the order in which they came. */
function bodiesOf(answers: string): string[] {
  const bodies: string[] = [];
  for (let rest = answers; rest !== "";) {
    const length = Number(/content-length: (\d+)/i.exec(rest)?.[1]);
    const start = rest.indexOf("\r\n\r\n") + 4;
    bodies.push(Buffer.from(rest.slice(start)).subarray(0, length).toString());
    rest = Buffer.from(rest.slice(start)).subarray(length).toString();
  }
  return bodies;
}

const answering =
  (bodyOf: (path: string) => string): RequestListener =>
  ({ url = "" }, response) => {
    const body = bodyOf(url);
    response.writeHead(200, { "content-length": Buffer.byteLength(body) });
    sendWhole(response, body, "utf8");
  };

test("answers to requests that came together keep their order and are whole, letters of any size", async () => {
  const bodyOf = (path: string) => `${path} ${"äß€😀".repeat(path === "/2" ? 40_000 : 2)}`;
  const sent = asked("GET", "/1") + asked("GET", "/2") + asked("GET", "/3", last);
  const answers = await answersTo(sent, answering(bodyOf));
  expect(bodiesOf(answers)).toEqual(["/1", "/2", "/3"].map(bodyOf));
});

test("an answer whose turn has not come waits for the earlier one", async () => {
  let sendFirst = () => {};
  const answers = await answersTo(
    asked("GET", "/late") + asked("GET", "/early", last),
    (request, response) => {
      const send = () => answering((path) => `body of ${path}`)(request, response);
      if (request.url === "/late") sendFirst = send;
      else {
        send();
        setImmediate(sendFirst);
      }
    },
  );
  expect(bodiesOf(answers)).toEqual(["body of /late", "body of /early"]);
});

test("the answer to HEAD has its head and no body", async () => {
  const answers = await answersTo(
    asked("HEAD", "/", last),
    answering(() => "never sent"),
  );
  expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 10\r\n/);
  expect(answers).toMatch(/\r\n\r\n$/);
});

test("an answer to a caller that left is dropped without an error", async () => {
  const errors: unknown[] = [];
  const dropped = new Promise<void>((resolve) => {
    const listener: RequestListener = (request, response) => {
      response.once("error", (error) => errors.push(error));
      response.once("close", () => {
        response.writeHead(200, { "content-length": 4 });
        sendWhole(response, "late", "utf8");
        setImmediate(resolve);
      });
      request.socket.destroy();
    };
    answersTo(asked("GET", "/"), listener).catch(() => undefined);
  });
  await dropped;
  expect(errors).toEqual([]);
});
