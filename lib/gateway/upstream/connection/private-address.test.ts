import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import {
  type AddressPolicy,
  addressRefusal,
  upstreamHostRefusal,
} from "@/lib/gateway/upstream/connection/private-address";
import { createUpstreamDispatcher, type Guard } from "@/lib/gateway/upstream/connection/dispatcher";

function policy(privateAddresses: string[] = [], more: Partial<AddressPolicy> = {}): AddressPolicy {
  return {
    privateAddresses,
    ownPorts: new Set([3000, 3100]),
    ownAddresses: () => new Set(["10.0.0.5", "2001:db8::5"]),
    ...more,
  };
}

const everything = ["0.0.0.0/0", "::/0"];

describe("an upstream's address", () => {
  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "169.253.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "[2606:4700::1]",
  ])("%s on the public internet may be reached", (address) => {
    expect(addressRefusal(address, 443, policy())).toBeNull();
  });

  it.each([
    ["127.0.0.1", "127.0.0.0/8"],
    ["127.1.2.3", "127.0.0.0/8"],
    ["10.1.2.3", "10.0.0.0/8"],
    ["172.16.0.1", "172.16.0.0/12"],
    ["172.31.255.255", "172.16.0.0/12"],
    ["192.168.1.1", "192.168.0.0/16"],
    ["100.64.0.1", "100.64.0.0/10"],
    ["192.0.2.1", "192.0.2.0/24"],
    ["198.18.0.1", "198.18.0.0/15"],
    ["203.0.113.9", "203.0.113.0/24"],
    ["240.0.0.1", "240.0.0.0/4"],
    ["::1", "::1/128"],
    ["fc00::1", "fc00::/7"],
    ["fd12:3456::1", "fc00::/7"],
    ["fec0::1", "fec0::/10"],
    ["2001:db8::1", "2001:db8::/32"],
    ["4000::1", "4000::/3"],
    ["64:ff9b:1::a00:1", "64:ff9b:1::/48"],
    ["2001::1", "2001::/32"],
    ["::ffff:127.0.0.1", "127.0.0.0/8"],
    ["::ffff:7f00:1", "127.0.0.0/8"],
    ["::ffff:0:10.0.0.1", "10.0.0.0/8"],
    ["::10.0.0.1", "10.0.0.0/8"],
    ["64:ff9b::10.0.0.1", "10.0.0.0/8"],
    ["2002:a00:1::", "10.0.0.0/8"],
    ["[::1]", "::1/128"],
  ])("%s is refused unless PRIVATE_ADDRESSES lists %s", (address, cidr) => {
    expect(addressRefusal(address, 8080, policy())).toContain("private address");
    expect(addressRefusal(address, 8080, policy(["9.9.9.0/24"]))).toContain("private address");
    expect(addressRefusal(address, 8080, policy(["9.9.9.0/24", cidr]))).toBeNull();
  });

  it.each([
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "::ffff:0.0.0.0",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "100::1",
  ])("%s is refused whatever is listed", (address) => {
    expect(addressRefusal(address, 80, policy(everything))).toContain("never");
  });

  it.each([
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "::ffff:127.0.0.1",
    "10.0.0.5",
    "::ffff:10.0.0.5",
    "2001:db8::5",
  ])("%s is refused on our own ports whatever is listed", (address) => {
    expect(addressRefusal(address, 3000, policy(everything))).toContain("Latchkey itself");
    expect(addressRefusal(address, 3001, policy(everything))).toBeNull();
  });

  it.each(["", "localhost", "127.1", "0x7f000001", "2130706433", "10.0.0.1/8", "1.1.1.1:80"])(
    "%j is no address",
    (text) => {
      expect(addressRefusal(text, 80, policy(everything))).toContain("is not an address");
    },
  );
});

describe("an upstream's hostname, when it is written", () => {
  const check = (addresses: string[]) =>
    upstreamHostRefusal(
      { hostname: "api.test", port: 443 },
      { policy: policy(), resolve: async () => addresses },
    );

  it("is refused when every address of it is", async () => {
    expect(await check(["10.0.0.1", "fe80::1"])).toContain("10.0.0.1 is a private address");
    expect(await check(["10.0.0.1", "8.8.8.8"])).toBeNull();
  });

  it("passes while it does not resolve, because calls check again", async () => {
    const resolve = () => Promise.reject(new Error("ENOTFOUND"));
    expect(
      await upstreamHostRefusal({ hostname: "api.test", port: 443 }, { policy: policy(), resolve }),
    ).toBeNull();
  });

  it("may be an address in brackets", async () => {
    expect(await upstreamHostRefusal({ hostname: "[::1]", port: 443 }, { policy: policy() })).toContain(
      "::1 is a private",
    );
    expect(await upstreamHostRefusal({ hostname: "localhost", port: 443 }, { policy: policy() })).toContain(
      "private",
    );
  });
});

describe("the address that was checked is the one connected to", () => {
  const open: Server[] = [];
  afterEach(() => open.splice(0).forEach((server) => server.close().closeAllConnections()));

  async function upstream(host: string): Promise<{ port: number; calls: () => number }> {
    let calls = 0;
    const server = createServer((_request, response) => response.end(String(++calls)));
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return { port: portOf(address), calls: () => calls };
  }
  const portOf = ({ port }: AddressInfo) => port;

  async function call(port: number, guard: Guard): Promise<string> {
    const dispatcher = createUpstreamDispatcher(() => guard);
    try {
      const { body } = await request(`http://rebind.test:${port}/`, { dispatcher });
      return await body.text();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await dispatcher.destroy();
    }
  }

  it("a name that resolves differently a second time is asked only once per connection", async () => {
    const { port, calls } = await upstream("127.0.0.1");
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.66"]);
    expect(await call(port, { policy: policy(["127.0.0.1/32"]), resolve })).toBe("1");
    expect([asked, calls()]).toEqual([1, 1]);
    expect(await call(port, { policy: policy(["127.0.0.1/32"]), resolve })).toContain(
      "127.0.0.66 is a private address",
    );
    expect(calls()).toBe(1);
  });

  it("a name with a public and a private address never reaches the private one", async () => {
    const { port, calls } = await upstream("127.0.0.1");
    const answer = await call(port, {
      policy: policy(["127.0.0.2/32"]),
      resolve: async () => ["127.0.0.1", "127.0.0.2"],
    });
    expect(answer).toContain("ECONNREFUSED");
    expect(calls()).toBe(0);
  });

  it("the next address is tried when the first one refuses", async () => {
    const { port } = await upstream("127.0.0.1");
    const answer = await call(port, {
      policy: policy(["127.0.0.0/8"]),
      resolve: async () => ["127.0.0.2", "127.0.0.1"],
    });
    expect(answer).toBe("1");
  });

  it("an address as hostname is checked too", async () => {
    const { port, calls } = await upstream("127.0.0.1");
    const dispatcher = createUpstreamDispatcher(() => ({
      policy: policy(),
      resolve: async (name) => [name],
    }));
    await expect(request(`http://127.0.0.1:${port}/`, { dispatcher })).rejects.toThrow("private address");
    await expect(request(`http://[::ffff:7f00:1]:${port}/`, { dispatcher })).rejects.toThrow(
      "private address",
    );
    await dispatcher.destroy();
    expect(calls()).toBe(0);
  });
});
