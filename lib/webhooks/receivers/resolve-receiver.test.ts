import { createSocket, type Socket } from "node:dgram";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { createUpstreamDispatcher, RefusedAddress } from "@/lib/gateway/upstream/connection/dispatcher";
import { addressPolicy, upstreamHostRefusal } from "@/lib/gateway/upstream/connection/private-address";
import { processState } from "@/lib/process/state";
import { postMessage } from "@/lib/webhooks/delivery/attempt/post";
import { notToBeCalled, requireReachable } from "@/lib/webhooks/endpoints/stored-endpoint";
import { createReceiverResolver, SlowName } from "@/lib/webhooks/receivers/resolve-receiver";

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A name server that answers with `code` and `address`, or never. It counts the questions for IPv4. */
async function nameServer(answer: { code: number; address?: string } | null) {
  const socket = createSocket("udp4");
  open.push(socket);
  const seen = { questions: 0 };
  socket.on("message", (question, { port, address }) => {
    const end = question.indexOf(0, 12) + 5;
    const isIPv4 = question.readUInt16BE(end - 4) === 1;
    if (isIPv4) seen.questions += 1;
    if (answer === null) return;
    const head = Buffer.from(question.subarray(0, 12));
    const found = isIPv4 && answer.address !== undefined ? answer.address.split(".").map(Number) : null;
    head.writeUInt16BE(0x8180 | answer.code, 2);
    head.writeUInt16BE(found === null ? 0 : 1, 6);
    head.writeUInt32BE(0, 8);
    const record = found === null ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, ...found];
    socket.send(Buffer.concat([head, question.subarray(12, end), Buffer.from(record)]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { seen, servers: [`127.0.0.1:${socket.address().port}`] };
}

const notAsked = () => Promise.reject(new Error("the system was asked"));
const forever = () => new Promise<never>(() => undefined);

describe("the names of receivers", () => {
  it("are found by the name servers, without the system's lookup", async () => {
    const { servers } = await nameServer({ code: 0, address: "93.184.215.14" });
    const resolve = createReceiverResolver({ servers, system: notAsked });
    expect(await resolve("hooks.example")).toEqual(["93.184.215.14"]);
  });

  it("that are addresses, or this machine, ask nobody", async () => {
    const { seen, servers } = await nameServer(null);
    const resolve = createReceiverResolver({ servers, system: notAsked });
    expect(await resolve("192.0.2.1")).toEqual(["192.0.2.1"]);
    expect(await resolve("::1")).toEqual(["::1"]);
    expect(await resolve("localhost")).toEqual(["127.0.0.1", "::1"]);
    expect(seen.questions).toBe(0);
  });

  it("whose server stays silent are given up in time, and the system is not asked for them", async () => {
    const { servers } = await nameServer(null);
    const resolve = createReceiverResolver({ servers, system: notAsked });
    const beganMs = performance.now();
    await expect(resolve("silent.example")).rejects.toThrow(SlowName);
    expect(performance.now() - beganMs).toBeLessThan(4_000);
  });

  it("that are asked for at the same time are asked once", async () => {
    const { seen, servers } = await nameServer({ code: 0, address: "93.184.215.14" });
    const resolve = createReceiverResolver({ servers, system: notAsked });
    await Promise.all(Array.from({ length: 20 }, () => resolve("hooks.example")));
    expect(seen.questions).toBe(1);
    await resolve("hooks.example");
    expect(seen.questions).toBe(2);
  });

  it("that the name servers do not know are looked up by the system", async () => {
    const { servers } = await nameServer({ code: 3 });
    const resolve = createReceiverResolver({ servers, system: async (name) => [`10.0.0.9 ${name}`] });
    expect(await resolve("receiver")).toEqual(["10.0.0.9 receiver"]);
  });

  it("never hold more than one of the system's lookups, and who waits for it is given up in time", async () => {
    const { servers } = await nameServer({ code: 3 });
    const asked: string[] = [];
    const resolve = createReceiverResolver({
      servers,
      system: (name) => {
        asked.push(name);
        return forever();
      },
    });
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => resolve(`silent-${index}.example`)),
    );
    expect(all.map((one) => one.status === "rejected" && one.reason instanceof SlowName)).toEqual(
      Array.from({ length: 8 }, () => true),
    );
    expect(asked).toHaveLength(1);
  });
});

it("a receiver whose name does not resolve in time is not waited for, when it is written and when it is called", async () => {
  const { seen, servers } = await nameServer(null);
  processState("receiver-resolver", () => createReceiverResolver({ servers, system: notAsked }));
  const beganMs = performance.now();
  const url = "https://silent.example/";
  const [posted] = await Promise.all([
    postMessage({ url, id: "message", body: "{}", secrets: [] }),
    requireReachable(url),
  ]);
  expect(posted.error).toBe("The receiver's name did not resolve within 3 seconds.");
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  expect(seen.questions).toBe(1);
});

it("a private network that is open to upstreams is closed to webhooks, when one is written and when it is called", async () => {
  const url = "http://10.77.0.1/";
  expect(await upstreamHostRefusal({ hostname: "10.77.0.1", port: 80 })).toBeNull();
  await expect(requireReachable(url)).rejects.toMatchObject({ kind: "invalid" });
  const posted = await postMessage({ url, id: "message", body: "{}", secrets: [] });
  expect(posted.error).toBe(notToBeCalled);
});

it("a receiver's name that resolves to a private address is neither stored nor called", async () => {
  const { servers } = await nameServer({ code: 0, address: "10.0.0.7" });
  const resolve = createReceiverResolver({ servers, system: notAsked });
  const dispatcher = createUpstreamDispatcher(() => ({ policy: addressPolicy(), resolve }));
  await expect(request("http://inside.example/", { dispatcher })).rejects.toThrow(RefusedAddress);
  expect(await upstreamHostRefusal({ hostname: "inside.example", port: 80 }, { resolve })).not.toBeNull();
  await dispatcher.close();
});
