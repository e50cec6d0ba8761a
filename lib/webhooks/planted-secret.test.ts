import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { issueKey } from "@/lib/testing/issue-key";
import { filesHolding, holdsAny, tablesHolding } from "@/lib/testing/recorded/held";
import { onDatabase } from "@/lib/testing/servers/on-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
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
  const key = await onDatabase(server.databaseUrl, adminKey);
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
  const wanted = secrets.flatMap(bothWays);
  expect(await tablesHolding(server.databaseUrl, wanted)).toEqual([]);
  expect(await tablesHolding(server.databaseUrl, [id])).toContain("webhook_attempt");
  expect(others.length).toBeGreaterThan(12);
  for (const text of others) expect(holdsAny(text, wanted)).toBe(false);
  await server.stop();
  expect(holdsAny(server.output(), wanted)).toBe(false);
  expect(filesHolding(server.dataDirectory, wanted)).toEqual([]);
  expect(filesHolding(server.dataDirectory, [id]).length).toBeGreaterThan(0);
}, 120_000);

async function adminKey(): Promise<string> {
  const { owner } = await createTestWorkspace();
  return (await issueKey(owner, { scopes: ["platform:*"] })).secret;
}

/** As text, and the bytes that it stands for, in hexadecimal. */
const bothWays = (secret: string) => [secret, Buffer.from(secret, "base64").toString("hex")];
