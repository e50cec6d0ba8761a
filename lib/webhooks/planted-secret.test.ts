import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { startWebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Calls whose answers hold the secret. */
const tells = [
  "POST /webhooks/endpoints",
  "GET /webhooks/endpoints/{id}/secret",
  "POST /webhooks/endpoints/{id}/secret/rotate",
];

/** Waits for what comes by itself, on a busy machine too. */
const eventually = <Seen>(check: () => Seen | Promise<Seen>) =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

const Secret = z.object({ secret: z.string() });
const Body = z.object({ disabledReason: z.string().nullable() });

test("a signing secret is found nowhere but in the answers that tell it: not in the database, the disk, the log, streams or attempts, also when the receiver says it back", async () => {
  const server = await startServer({ mount: "server", environment: { LISTEN: "api", LOG_LEVEL: "trace" } });
  const receiver = await startWebhookReceiver();
  onTestFinished(async () => {
    await server.stop();
    await receiver.close();
    removeData(server);
  });
  const key = await adminKey(server);
  const others: string[] = [];
  const ask = async (method: string, under: string, body?: object) => {
    const answer = await fetch(`${server.portal}/api/v1${under}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": `${method} ${under} ${JSON.stringify(body)}`.replace(/[^\w]/g, "-"),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!tells.includes(`${method} ${under}`.replace(/wep_\w+/, "{id}"))) others.push(text);
    return text;
  };
  const made = await ask("POST", "/webhooks/endpoints", { url: `${receiver.url}?token=x` });
  const { id } = z.object({ endpoint: z.object({ id: z.string() }) }).parse(JSON.parse(made)).endpoint;
  const one = `/webhooks/endpoints/${id}`;
  const secrets = [made, await ask("POST", `${one}/secret/rotate`, {}), await ask("GET", `${one}/secret`)]
    .map((text) => Secret.parse(JSON.parse(text)).secret.slice(6))
    .filter((secret, index, all) => all.indexOf(secret) === index);
  expect(secrets).toHaveLength(2);
  receiver.mood = "answers";
  for (const status of [500, 302, 410]) {
    const headers = { location: `/${secrets[0]}`, "x-echo": secrets.join(" "), "set-cookie": secrets.join() };
    receiver.reply = { status, headers, body: `whsec_${secrets.join(" ")}` };
    await ask("POST", `${one}/test`);
    await ask("POST", "/webhooks/messages", { eventType: `a.${status}`, payload: {} });
    await eventually(() =>
      expect(receiver.requests.filter(({ body }) => body === "{}").length).toBeGreaterThan(0),
    );
  }
  await eventually(async () =>
    expect(Body.parse(JSON.parse(await ask("GET", one))).disabledReason).toBe("gone"),
  );
  for (const under of [one, `${one}/attempts`, "/webhooks/messages", "/audit", "/events"])
    await ask("GET", under);
  for (const bad of ["ftp://x", "http://10.0.0.1/"]) await ask("PATCH", one, { url: bad });
  expect(await tablesHolding(server, secrets)).toEqual([]);
  expect(await tablesHolding(server, [id])).toContain("webhook_attempt");
  expect(others.length).toBeGreaterThan(12);
  for (const text of others) expect(holds(text, secrets)).toBe(false);
  await server.stop();
  expect(holds(server.output(), secrets)).toBe(false);
  expect(filesHolding(server.dataDirectory, secrets)).toEqual([]);
  expect(filesHolding(server.dataDirectory, [id]).length).toBeGreaterThan(0);
}, 120_000);

async function adminKey({ databaseUrl }: TestServer): Promise<string> {
  await disconnectDatabase();
  connectDatabase(databaseUrl, 2);
  const { owner } = await createTestWorkspace();
  const { secret } = await createKey(owner, CreateKey.parse({ name: "admin", scopes: ["platform:*"] }));
  await disconnectDatabase();
  connectDatabase(inject("databaseUrl"), 2);
  return secret;
}

/** As text, and as the bytes that it stands for, in hexadecimal. */
const spellings = (secret: string) => [secret, Buffer.from(secret, "base64").toString("hex")];

const holds = (text: string, secrets: readonly string[]) =>
  secrets.flatMap(spellings).some((spelling) => text.includes(spelling));

async function tablesHolding({ databaseUrl }: TestServer, secrets: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const holding: string[] = [];
  for (const { name } of rows) {
    const found = await client.query(
      `select 1 from ${name} as stored where exists (select 1 from unnest($1::text[]) as wanted where position(wanted in stored::text) > 0) limit 1`,
      [secrets.flatMap(spellings)],
    );
    if (found.rows.length > 0) holding.push(name);
  }
  await client.end();
  return holding;
}

function filesHolding(directory: string, secrets: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => holds(readFileSync(file, "latin1"), secrets));
}
