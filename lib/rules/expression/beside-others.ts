import { createServer, request as ask } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { asking, sound } from "@/lib/rules/expression/testing";

/** Run by a test: a server whose one path evaluates expressions over 100,000 items while others are answered. */
const body = {
  items: Array.from({ length: 100_000 }, (_, qty) => ({ qty })),
  numbers: Array.from({ length: 5_000 }, (_, index) => index),
};
const evils = [
  "request.body.items.all(i, i.qty < 1000000)",
  "request.body.items == [1] + request.body.items",
  "request.body.numbers.all(i, request.body.numbers.all(j, i >= 0.0))",
].map((source) => ({ expression: sound(source), ms: new Array<number>() }));
const evilTruths: number[] = [];

const server = createServer((request, response) => {
  if (request.url === "/evil") {
    const asked = asking({ request: { body } });
    for (const { expression, ms } of evils) {
      const start = performance.now();
      evilTruths.push(expression.test(asked));
      ms.push(performance.now() - start);
    }
  }
  response.end("ok");
}).listen(0, "127.0.0.1");
await once(server, "listening");

const isBound = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === "object" && address !== null;

const answered = (path: string) =>
  new Promise<number>((resolve, reject) => {
    const address = server.address();
    if (!isBound(address)) return reject(new Error("the server is not listening"));
    ask({ host: "127.0.0.1", port: address.port, path }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    })
      .on("error", reject)
      .end();
  });

const asked = Array.from({ length: 300 }, (_, turn) => answered(turn % 3 === 0 ? "/evil" : "/other"));
const statuses = await Promise.all(asked);
server.close();
const medianOf = (values: readonly number[]) =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? NaN;
process.stdout.write(
  JSON.stringify({
    evilMedianMs: Math.max(...evils.map(({ ms }) => medianOf(ms))),
    evilTruths,
    othersAnswered: statuses.filter((status, turn) => turn % 3 !== 0 && status === 200).length,
  }),
);
