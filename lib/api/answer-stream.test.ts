import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { expect, onTestFinished, test, vi } from "vitest";
import { answerStream, begun } from "@/lib/api/answer-stream";
import type { ApiEnv } from "@/lib/api/router";

const encoder = new TextEncoder();

/** Answers with what `parts` make, on a socket. */
async function serve(parts: () => AsyncGenerator<string>): Promise<string> {
  const app = new Hono<ApiEnv>();
  app.get("/", (c) => {
    const { incoming } = c.env;
    return new Response(answerStream(parts(), { bytesOf: (text) => [encoder.encode(text)], incoming }));
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

test("an answer whose making fails midway is broken off: it neither looks whole nor says why", async () => {
  const url = await serve(async function* () {
    yield "first\n";
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error("connect ECONNREFUSED 10.0.0.7:5432");
  });
  const response = await fetch(url);
  expect(response.status).toBe(200);
  let text = "";
  const reading = async () => {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
  };
  await expect(reading()).rejects.toThrow("terminated");
  expect(text).toBe("first\n");
});

test("the connection of an answer that broke off carries no further call", async () => {
  let fails = true;
  const url = await serve(async function* () {
    yield "first\n";
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (fails) throw new Error("away");
  });
  for (let round = 0; round < 20; round += 1) {
    fails = true;
    await fetch(url).then(
      (response) => expect(response.text()).rejects.toThrow("terminated"),
      () => undefined,
    );
    fails = false;
    expect(await (await fetch(url)).text()).toBe("first\n");
  }
});

test("a client that leaves without reading on ends the making", async () => {
  const ended = vi.fn();
  const url = await serve(async function* () {
    try {
      for (;;) yield "x".repeat(100_000);
    } finally {
      ended();
    }
  });
  const leave = new AbortController();
  await fetch(url, { signal: leave.signal });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(ended).not.toHaveBeenCalled();
  leave.abort();
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
});

test("what fails before its first part fails before it is answered, and what begins is whole", async () => {
  const ended = vi.fn();
  async function* parts(first: () => string) {
    try {
      yield first();
      yield "second";
    } finally {
      ended();
    }
  }
  const failing = begun(
    parts(() => {
      throw new Error("away");
    }),
  );
  await expect(failing).rejects.toThrow("away");
  const all: string[] = [];
  for await (const part of await begun(parts(() => "first"))) all.push(part);
  expect(all).toEqual(["first", "second"]);
  const left = await begun(parts(() => "first"));
  await left.next();
  await left.return(undefined);
  expect(ended).toHaveBeenCalledTimes(3);
});
