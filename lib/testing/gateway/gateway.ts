import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { expect, onTestFinished, vi } from "vitest";
import type { DecisionRecord } from "@/lib/events/schema";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { startGateway } from "@/lib/gateway/server";
import {
  connectUpstream,
  createUpstreamDispatcher,
  type Guard,
} from "@/lib/gateway/upstream/connection/dispatcher";
import { resolveHost } from "@/lib/gateway/upstream/connection/private-address";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { limitHeaders } from "@/lib/limits/headers";
import { decide } from "@/lib/rules/verdict/decide";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** A value with the shape of a key. `genuine` ones pass the stand-in's check. */
export function keyValue(name: string, genuine = "g"): string {
  return `lk_live_${genuine}${name.padEnd(58, "0")}`;
}

/** A key that may do anything its rules allow. */
export function verifiedKey(changes: Partial<VerifiedKey> = {}): VerifiedKey {
  return {
    workspaceId: "wsp_test",
    keyId: "key_ada",
    secretId: "ada1",
    name: "ada",
    prefix: "lk_live",
    environment: "live",
    customer: null,
    scopes: ["read:invoices"],
    roles: [],
    metadata: {},
    labels: [],
    externalId: null,
    allowedIps: [],
    allowedOrigins: [],
    plan: null,
    limits: null,
    expiresAt: null,
    generation: 1,
    ...changes,
  };
}

/** Rooms that stand in for the rest of the house, and what was recorded there. */
export interface StandIns {
  ports: GatewayPorts;
  records: DecisionRecord[];
  /** Beginnings of calls whose answer began before it was over. */
  opened: DecisionRecord[];
  /** The last record, once there are `count`. */
  recorded(count?: number): Promise<DecisionRecord>;
}

/** Stand-ins: loopback is allowed, every genuine key is ada's, nothing is limited. They end with the test. */
export function standIns(ruleset: CompiledRuleset, changes: Partial<GatewayPorts> = {}): StandIns {
  const records: DecisionRecord[] = [];
  const opened: DecisionRecord[] = [];
  const guard: Guard = {
    policy: {
      privateAddresses: ["127.0.0.0/8", "::1/128"],
      ownPorts: new Set(),
      ownAddresses: () => new Set(),
    },
    resolve: resolveHost,
  };
  const dispatcher = createUpstreamDispatcher(() => guard);
  onTestFinished(() => dispatcher.destroy());
  const isShaped = (value: string) => /^lk_live_[0-9A-Za-z]{59}$/.test(value);
  const isGenuine = (value: string) => isShaped(value) && value.startsWith("lk_live_g");
  const ports: GatewayPorts = {
    rulesetBySlug: (slug) => (slug === ruleset.workspace.slug ? ruleset : null),
    looksLikeKey: isShaped,
    isGenuine,
    authenticate: (value) =>
      isGenuine(value) ? { ok: true, key: verifiedKey() } : { ok: false, code: "MALFORMED", key: null },
    authenticateToken: () => null,
    decide,
    consumeLimits: () => ({ ok: true, states: [] }),
    limitHeaders,
    record: (record) => void (record.phase === "opened" ? opened : records).push(record),
    recordWithTurn: (record) => void records.push(record),
    recordingRefusal: () => null,
    dispatcher,
    connect: (origin) => connectUpstream(origin, () => guard),
    isTrustedProxy: () => false,
    clientAddress: (peer) => peer ?? null,
    mayCallFrom: (key, address) => isAllowedAddress(key.allowedIps, address),
    docsOrigin: "http://portal.test",
    hookio: null,
    ...changes,
  };
  const recorded = (count = 1) =>
    vi.waitFor(() => {
      expect(records).toHaveLength(count);
      const last = records.at(-1);
      if (last === undefined) throw new Error("nothing recorded");
      return last;
    }, 10_000);
  return { ports, records, opened, recorded };
}

/** A gateway under test. */
export interface TestGateway extends Omit<StandIns, "ports"> {
  port: number;
  close(graceMs: number): Promise<void>;
}

/** Starts a gateway over {@link standIns}. Ends with the test. */
export async function testGateway(
  ruleset: CompiledRuleset,
  changes: Partial<GatewayPorts> = {},
): Promise<TestGateway> {
  const { ports, ...recording } = standIns(ruleset, changes);
  const gateway = await startGateway({ port: 0, host: "127.0.0.1", ports });
  onTestFinished(() => gateway.close(0));
  return { ...gateway, ...recording };
}

/** What an upstream received. */
export interface Received {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** An upstream that remembers what it received and answers with `answer`, or with `ok`. Ends with the test. */
export async function recordingUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.end("ok"),
): Promise<{ origin: string; received: Received[] }> {
  const received: Received[] = [];
  const origin = await httpUpstream((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", rawHeaders, headers } = request;
      received.push({ method, url, rawHeaders, headers, body: Buffer.concat(chunks) });
      answer(request, response);
    });
  });
  return { origin, received };
}

/** An upstream that handles each request as given; answers its origin. Ends with the test. */
export async function httpUpstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

/** An upstream of raw bytes: `converse` gets each connection. Ends with the test. */
export async function rawUpstream(converse: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined).once("close", () => open.delete(socket));
    converse(socket);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** What came back on a raw connection until it closed. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  rawHead: string;
  body: string;
  /** False when the connection was broken off instead of ended. */
  clean: boolean;
}

/** Sends bytes as they are and reads until the other side closes; so requests should say `Connection: close`. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let clean = true;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => (clean = false));
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(parseAnswer(Buffer.concat(chunks).toString("latin1"), clean)));
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
}

function parseAnswer(text: string, clean: boolean): RawAnswer {
  const headEnd = text.indexOf("\r\n\r\n");
  const rawHead = headEnd === -1 ? text : text.slice(0, headEnd);
  const [statusLine = "", ...lines] = rawHead.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const body = headEnd === -1 ? "" : text.slice(headEnd + 4);
  return { status: Number(statusLine.split(" ")[1] ?? 0), headers, rawHead, body, clean };
}

/** A request as text: `lines` are its start line and headers; Host and `Connection: close` are added. */
export function rawRequest(lines: readonly string[], body = ""): string {
  return [...lines, "Host: gateway.test", "Connection: close", "", body].join("\r\n");
}
