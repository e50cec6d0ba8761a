import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { walkGuide } from "@/lib/testing/guide";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Speaks as much of the model's API as its SDK asks for: a streamed completion. */
const seen: { url: string; headers: IncomingHttpHeaders }[] = [];
let model: Server;

beforeAll(async () => {
  model = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const content of ["Hello ", "from ", "the upstream."])
        response.write(
          `data: ${JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] })}\n\n`,
        );
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((resolve) => model.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  model.close();
});

test("a program that uses a provider's SDK reaches it through Latchkey with two variables changed, and never sees its key", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const address = model.address();
  const printed = walkGuide("docs/guides/outbound.md", {
    NODE_ENV: "test",
    PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    API: `${inject("apiOrigin")}/api/v1`,
    GATEWAY: inject("gatewayOrigin"),
    KEY: secret,
    UPSTREAM: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`,
    UPSTREAM_KEY: "sk-provider-planted",
    LC_ALL: "C.UTF-8",
  });
  expect(printed.length).toBeGreaterThan(5);
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/v1/chat/completions", "Bearer sk-provider-planted"],
    ["/v1/chat/completions", "Bearer sk-provider-planted-2"],
  ]);
  expect(JSON.stringify(seen)).not.toContain(secret);
}, 120_000);
