import { createServer } from "node:http";
import { onTestFinished } from "vitest";

/** What the whole answer of {@link startStreamingUpstream} looks like, streamed or not. */
export const wholeAnswer = /^(ok|[\s\S]*end\n)$/;

/** An upstream that streams four pieces over some time under `/stream`, and elsewhere answers at once. Gone when the test is. */
export async function startStreamingUpstream(): Promise<string> {
  const upstream = createServer((request, response) => {
    if (request.url?.startsWith("/stream") !== true) return void response.end("ok");
    response.write("one\n");
    const timers = [40, 80].map((ms) => setTimeout(() => response.write("more\n"), ms));
    timers.push(setTimeout(() => response.end("end\n"), 120 + Math.random() * 200));
    response.once("close", () => timers.forEach(clearTimeout));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    upstream.close();
    upstream.closeAllConnections();
  });
  const address = upstream.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
