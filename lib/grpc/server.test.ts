import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fromBinary, toBinary, type DescMessage } from "@bufbuild/protobuf";
import { credentials, ServerCredentials, type ClientReadableStream } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { db } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { Health, HealthCheckResponseSchema } from "@/lib/grpc/generated/grpc/health/v1/health_pb";
import { KeyService } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { UsageService } from "@/lib/grpc/generated/latchkey/v1/usage_service_pb";
import { grpcCredentials } from "@/lib/grpc/credentials";
import { startGrpc, type GrpcOptions, type RunningGrpc } from "@/lib/grpc/server";
import { fromHttpJson } from "@/lib/grpc/messages/http-json";
import { StartRefused } from "@/lib/process/start-refused";
import { platformScopes } from "@/lib/scopes/catalogue";
import { decisionRecord } from "@/lib/testing/decision-record";
import { grpcClient, metadataOf } from "@/lib/testing/calls/grpc";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { countQueries } from "@/lib/testing/servers/count-queries";

async function start(given: Partial<GrpcOptions> = {}): Promise<{ running: RunningGrpc; address: string }> {
  const running = await startGrpc({
    host: "127.0.0.1",
    port: 0,
    credentials: ServerCredentials.createInsecure(),
    isReady: () => Promise.resolve(true),
    ...given,
  });
  onTestFinished(() => running.close(0));
  return { running, address: `127.0.0.1:${running.port}` };
}

function clientOf(address: string, channel = credentials.createInsecure()) {
  const client = grpcClient(address, channel);
  onTestFinished(client.close);
  return client;
}

async function caller() {
  const workspace = await createTestWorkspace();
  const { key, secret } = await issueKey(workspace.owner, {
    scopes: [...Object.keys(platformScopes), "*:*"],
  });
  return { ...workspace, key, headers: { authorization: `Bearer ${secret}` } };
}

/** Holds a key's row until it is let go, so that a change of it waits. */
async function holdKey(keyId: string): Promise<{ letGo(): Promise<void> }> {
  let letGo = () => {};
  const wanted = new Promise<void>((resolve) => (letGo = resolve));
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>((holds) => {
    held = db().$transaction(
      async (tx) => {
        await tx.$executeRaw`select 1 from api_key where id = ${keyId} for update`;
        holds();
        await wanted;
      },
      { timeout: 20_000 },
    );
  });
  return {
    letGo: () => {
      letGo();
      return held;
    },
  };
}

describe("health", () => {
  test("the server and each service serve, and what does not exist is not found", async () => {
    const client = clientOf((await start()).address);
    const check = (service: string) => client.call({ method: Health.method.check, request: { service } });
    for (const service of ["", KeyService.typeName, "latchkey.v1.CustomerService", UsageService.typeName])
      expect([service, (await check(service)).body.status]).toEqual([service, "SERVING"]);
    expect((await check("latchkey.v1.GhostService")).code).toBe("NOT_FOUND");
    const all = await client.call({ method: Health.method.list });
    expect(Object.keys(all.body.statuses ?? {})).toHaveLength(4);
  });

  test("who watches hears that the process is not ready, and that it is again", async () => {
    let ready = true;
    const { address } = await start({ isReady: () => Promise.resolve(ready), lookEveryMs: 10 });
    const { heard } = watch(address);
    await expect.poll(() => heard).toEqual(["SERVING"]);
    ready = false;
    await expect.poll(() => heard).toEqual(["SERVING", "NOT_SERVING"]);
    ready = true;
    await expect.poll(() => heard).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
  });
});

function watch(address: string) {
  const heard: string[] = [];
  const ended = { yet: false };
  const call: ClientReadableStream<string> = clientOf(address).raw.makeServerStreamRequest(
    "/grpc.health.v1.Health/Watch",
    () => Buffer.alloc(0),
    (bytes: Buffer) =>
      ["UNKNOWN", "SERVING", "NOT_SERVING"][fromBinary(HealthCheckResponseSchema, bytes).status] ?? "?",
    {},
  );
  call.on("data", (status: string) => heard.push(status));
  call.on("error", () => undefined);
  call.on("end", () => (ended.yet = true));
  return { heard, ended };
}

describe("a stop", () => {
  test("lets open calls end, ends who only watches, and takes no new calls", async () => {
    const { key, headers } = await caller();
    const { running, address } = await start();
    const [client, { heard, ended }] = [clientOf(address), watch(address)];
    await expect.poll(() => heard).toEqual(["SERVING"]);
    const row = await holdKey(key.id);
    const change = client.call({
      method: KeyService.method.updateKey,
      request: { id: key.id, labels: ["changed while stopping"] },
      headers,
    });
    await arrived(client);
    let closed = false;
    const closing = running.close(20_000).then(() => (closed = true));
    await expect.poll(() => ended.yet).toBe(true);
    expect(heard).toEqual(["SERVING", "NOT_SERVING"]);
    expect((await clientOf(address).call({ method: KeyService.method.listKeys, headers })).code).toBe(
      "UNAVAILABLE",
    );
    expect(closed).toBe(false);
    await row.letGo();
    expect((await change).code).toBe("OK");
    await closing;
  });

  test("cuts what has not ended in time", async () => {
    const { key, headers } = await caller();
    const { running, address } = await start();
    const client = clientOf(address);
    const row = await holdKey(key.id);
    const change = client.call({
      method: KeyService.method.updateKey,
      request: { id: key.id, labels: ["cut"] },
      headers,
    });
    await arrived(client);
    await running.close(50);
    expect(["UNAVAILABLE", "CANCELLED"]).toContain((await change).code);
    await row.letGo();
  });
});

/** What a client asked before this has reached the server, because frames of one connection keep their order. */
function arrived(client: ReturnType<typeof grpcClient>): Promise<unknown> {
  return client.call({ method: Health.method.check });
}

test("a call whose deadline passes while it runs is told so at once, and what it began is finished", async () => {
  const { key, headers } = await caller();
  const client = clientOf((await start()).address);
  expect(
    (await client.call({ method: KeyService.method.getKey, request: { id: key.id }, headers })).code,
  ).toBe("OK");
  const row = await holdKey(key.id);
  const late = await client.call({
    method: KeyService.method.updateKey,
    request: { id: key.id, labels: ["late"] },
    headers,
    options: { deadline: Date.now() + 500 },
  });
  expect(late.code).toBe("DEADLINE_EXCEEDED");
  await row.letGo();
  const labels = async () =>
    (await client.call({ method: KeyService.method.getKey, request: { id: key.id }, headers })).body.key;
  await expect.poll(labels).toMatchObject({ labels: ["late"] });
});

test("an export reads no more once its caller left", async () => {
  const { workspaceId, headers } = await caller();
  await insertBatch(
    Array.from({ length: 12_000 }, (_, index) =>
      decisionRecord(workspaceId, { route: `/v1/things/${index}` }),
    ),
  );
  const client = clientOf((await start()).address);
  const pages = countQueries("usage_per_hour");
  const desc: DescMessage = UsageService.method.exportUsage.input;
  await new Promise<void>((resolve) => {
    const call = client.raw.makeServerStreamRequest(
      "/latchkey.v1.UsageService/ExportUsage",
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
      toBinary(desc, fromHttpJson(desc, { range: "24h" })),
      metadataOf(headers),
    );
    call.on("data", () => call.cancel());
    call.on("error", () => resolve());
  });
  const readUntilNow = pages();
  expect(readUntilNow).toBeLessThan(12);
  await client.call({ method: KeyService.method.listKeys, headers });
  expect(pages() - readUntilNow).toBeLessThan(2);
});

describe("TLS", () => {
  let directory = "";
  const file = (name: string) => path.join(directory, name);
  const makePair = (name: string, days: string) => {
    const made = spawnSync("openssl", [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        days,
      ],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ...["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)],
    ]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
  };
  beforeAll(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-tls-"));
    makePair("one", "30");
    makePair("other", "30");
    writeFileSync(file("nonsense"), "nonsense");
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("with certificate and key the listener speaks TLS, and nothing else", async () => {
    const files = { GRPC_TLS_CERT: file("one.pem"), GRPC_TLS_KEY: file("one.key") };
    const { address } = await start({ credentials: grpcCredentials(files) });
    const { headers } = await caller();
    const call = { method: KeyService.method.listKeys, headers };
    const trusting = clientOf(address, credentials.createSsl(readFileSync(file("one.pem"))));
    expect((await trusting.call(call)).code).toBe("OK");
    expect(
      (await clientOf(address, credentials.createSsl(readFileSync(file("other.pem")))).call(call)).code,
    ).toBe("UNAVAILABLE");
    expect((await clientOf(address).call(call)).code).toBe("UNAVAILABLE");
  });

  test.each([
    ["one.pem", "other.key", /GRPC_TLS_KEY: .* is not the key of the certificate/],
    ["gone.pem", "one.key", /GRPC_TLS_CERT: .*gone\.pem cannot be read/],
    ["one.pem", "gone.key", /GRPC_TLS_KEY: .*gone\.key cannot be read/],
    ["nonsense", "one.key", /GRPC_TLS_CERT: .* holds no PEM certificate/],
    ["one.pem", "nonsense", /GRPC_TLS_KEY: .* holds no PEM private key/],
    ["one.key", "one.pem", /GRPC_TLS_CERT: .* holds no PEM certificate/],
  ])("%s with %s refuses the start and says why", (cert, key, words) => {
    const files = { GRPC_TLS_CERT: file(cert), GRPC_TLS_KEY: file(key) };
    expect(() => grpcCredentials(files)).toThrow(StartRefused);
    expect(() => grpcCredentials(files)).toThrow(words);
  });
});
