import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Agent } from "undici";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  documentBytesMax,
  plainHttpRefusal,
  readDeadlineMs,
  readKeySet,
} from "@/lib/issuers/key-sets/read-key-set";
import { httpUpstream, rawUpstream } from "@/lib/testing/gateway/gateway";
import { keySetServer, testKey } from "@/lib/testing/issuer";

/** The process's own reading, with less patience where a test has to wait for its end. */
async function impatient(
  url: string,
  resolve: (name: string) => Promise<readonly string[]> = async () => [],
) {
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  return readKeySet(url, { dispatcher, resolve, deadlineMs: 300 });
}

describe("reading a key set", () => {
  it("gives its usable keys, and says of the others why not", async () => {
    const [good, secret] = [await testKey("good"), await testKey("secret")];
    const origin = await httpUpstream((_request, response) =>
      response.end(
        JSON.stringify({
          keys: [
            good.publicJwk,
            { ...secret.publicJwk, d: "AAAA" },
            { kty: "oct", kid: "shared", k: "AAAA" },
            { kty: "RSA", kid: "small", n: "AQAB".repeat(43), e: "AQAB" },
            { ...good.publicJwk, kid: "enc", use: "enc" },
            "nothing",
          ],
        }),
      ),
    );
    const set = await readKeySet(origin);
    expect(set.keys.map(({ jwk }) => jwk.kid)).toEqual(["good"]);
    expect(set.refused.map(({ kid }) => kid)).toEqual(["secret", "shared", "small", "enc", null]);
    expect(JSON.stringify(set.refused)).not.toContain("AAAA");
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      "HTML",
      (response) => void response.setHeader("content-type", "text/html").end("<html>Sign in</html>"),
      /not JSON/,
    ],
    ["other JSON", (response) => void response.end('{"issuer":"x"}'), /no JWK set/],
    ["a list", (response) => void response.end("[]"), /no JWK set/],
    ["an error", (response) => void response.writeHead(503).end("{}"), /answered 503/],
    [
      "too many keys",
      (response) => void response.end(JSON.stringify({ keys: Array(101).fill({}) })),
      /more than 100/,
    ],
    [
      "a redirect to a private address",
      (response) =>
        void response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end(),
      /redirect/,
    ],
    ["a redirect to itself", (response) => void response.writeHead(301, { location: "/" }).end(), /redirect/],
  ])("refuses %s", async (_what, answer, sentence) => {
    let asked = 0;
    const origin = await httpUpstream((_request, response) => {
      asked += 1;
      answer(response);
    });
    await expect(readKeySet(origin)).rejects.toThrow(sentence);
    expect(asked).toBe(1);
  });

  it("of 50 MB is broken off at its limit", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const origin = await httpUpstream((_request, response) => {
      const more = () => {
        while (sent < 50_000_000 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    await expect(readKeySet(origin)).rejects.toThrow(/longer than/);
    expect(sent).toBeLessThan(documentBytesMax + 10_000_000);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["says nothing", () => undefined],
    ["stops after its head", (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")],
    [
      "sends a byte at a time",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n");
        const drip = setInterval(() => socket.write(" "), 20);
        socket.once("close", () => clearInterval(drip));
      },
    ],
  ])("from a server that %s ends at the deadline", async (_what, converse) => {
    const origin = await rawUpstream(converse);
    const startedAt = performance.now();
    await expect(impatient(origin)).rejects.toThrow(/too long/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(readDeadlineMs).toBeLessThanOrEqual(5_000);
  });

  it("of a name that never resolves ends at the deadline", async () => {
    await expect(impatient("http://slow.test/", () => new Promise(() => undefined))).rejects.toThrow(
      /too long/,
    );
  });

  it.each([
    "http://169.254.169.254/jwks",
    "http://10.1.2.3/jwks",
    "https://100.100.100.200/jwks",
    "http://[::]/jwks",
  ])("never connects to %s", async (url) => {
    await expect(readKeySet(url)).rejects.toThrow(/is not read/);
  });

  it("over http is for private addresses only, or anybody on the way could put their own keys in", async () => {
    const at = (address: string) => plainHttpRefusal(new URL("http://id.test/"), async () => [address]);
    expect(await at("93.184.216.34")).toMatch(/https/);
    expect(await at("2606:4700::1111")).toMatch(/https/);
    expect(await at("10.0.0.7")).toBeNull();
    expect(await at("127.0.0.1")).toBeNull();
    expect(await plainHttpRefusal(new URL("https://id.test/"), async () => ["93.184.216.34"])).toBeNull();
    const server = await keySetServer(await testKey());
    await expect(
      impatient(server.url.replace("127.0.0.1", "id.test"), async () => ["93.184.216.34"]),
    ).rejects.toThrow(/https/);
    expect(server.readings).toBe(0);
  });
});
