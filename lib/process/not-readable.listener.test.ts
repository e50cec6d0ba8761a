import { request } from "node:http";
import { expect, inject, test } from "vitest";

/** Asks with a target and a Host header as they are, which `fetch` would mend. */
function ask(target: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(inject("apiOrigin"));
  return new Promise<{ status: number | undefined; type: string | undefined; body: unknown }>(
    (resolve, reject) => {
      const asking = request({ hostname, port, path: target, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const { "content-type": type } = answer.headers;
          resolve({ status: answer.statusCode, type, body: text === "" ? null : JSON.parse(text) });
        });
      });
      asking.once("error", reject).end();
    },
  );
}

test.each([
  ["a backslash in the address", "/api/v1/datastore/a\\b", {}],
  ["a Host header that names no host", "/api/v1/keys", { host: "a b" }],
])("%s is refused as a problem like everything else", async (_what, target, headers) => {
  const { status, type, body } = await ask(target, headers);
  expect([status, type]).toEqual([400, "application/problem+json"]);
  expect(body).toMatchObject({
    type: "/docs/problems/bad-request",
    status: 400,
    instance: expect.any(String),
  });
});
