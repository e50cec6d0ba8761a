import { createServer, type Socket } from "node:net";

/** A small real SMTP server (RFC 5321, no TLS) on a free port, which keeps what it is sent. */
export interface MailServer {
  url: string;
  /** Every message taken, head and text, oldest first. */
  messages: { to: string; text: string }[];
  /** Resolves with the message at this place in {@link messages} once it is there. */
  message(index: number): Promise<{ to: string; text: string }>;
  close(): Promise<void>;
}

/** Starts one. With `refuse` it takes no message at all. */
export async function startMailServer({ refuse = false } = {}): Promise<MailServer> {
  const messages: MailServer["messages"] = [];
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    serve(socket, refuse, (message) => {
      messages.push(message);
      for (const wake of waiting) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const message: MailServer["message"] = async (index) => {
    for (;;) {
      const there = messages[index];
      if (there !== undefined) return there;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `smtp://127.0.0.1:${port}`, messages, message, close };
}

function serve(socket: Socket, refuse: boolean, take: (message: { to: string; text: string }) => void): void {
  let [pending, to, text, inData] = ["", "", "", false];
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.write("220 test ESMTP\r\n");
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "RCPT") to = /<(.*)>/.exec(line)?.[1] ?? "";
    if (verb === "DATA") inData = !refuse;
    if (verb === "QUIT") return socket.end("221 bye\r\n");
    return socket.write(verb === "DATA" ? (refuse ? "554 no\r\n" : "354 go on\r\n") : "250 ok\r\n");
  };
  const data = (line: string) => {
    if (line !== ".") return void (text += `${line}\n`);
    inData = false;
    take({ to, text: decodeQuotedPrintable(text) });
    text = "";
    socket.write("250 taken\r\n");
  };
  socket.on("data", (chunk: string) => {
    pending += chunk;
    const lines = pending.split("\r\n");
    pending = lines.pop() ?? "";
    for (const line of lines)
      if (inData) data(line);
      else command(line);
  });
}

/** RFC 2045, 6.7. */
function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
