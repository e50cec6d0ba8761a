import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLatchkey, type LatchkeySettings } from "@/lib/client/sdk/client";
import { startServer, type TestServer } from "@/lib/testing/servers/start-server";

const guide = readFileSync("docs/guides/rotate-the-installation-secret.md", "utf8");

/** The environments of the guide's steps, in order. */
const steps = [...guide.matchAll(/```env\n([^`]+)```/g)].map((match) => match[1] ?? "");

let directory: string;
let server: TestServer | null = null;

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-secret-rotation-"));
});

afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Restarts the node with a step's lines, `$OLD` and `$NEW` filled in. */
async function restart(environment: Record<string, string>): Promise<TestServer> {
  await server?.stop();
  server = null;
  server = await startServer({
    mount: "server",
    dataDirectory: directory,
    environment: { LISTEN: "api,gateway", ...environment },
  });
  return server;
}

function environmentOf(step: number, secrets: { OLD: string; NEW: string }): Record<string, string> {
  const lines = (steps[step - 1] ?? "").trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", value = ""] = line.split("=");
      return [name, value.replace("$OLD", secrets.OLD).replace("$NEW", secrets.NEW)];
    }),
  );
}

const client = (key: LatchkeySettings["key"]) =>
  createLatchkey({ origin: server?.portal ?? "", ...(key === undefined ? {} : { key }) });

async function codeOf(admin: string, key: string): Promise<string> {
  return (await client(admin).verifyKey({ key })).code;
}

/** A person's workspace and a key of theirs that may do everything. */
async function signUp(): Promise<{ cookie: string; admin: string }> {
  const origin = server?.portal ?? "";
  const headers = { "content-type": "application/json", origin };
  const post = (at: string, value: unknown, more: Record<string, string> = {}) =>
    fetch(`${origin}/api/v1${at}`, {
      method: "POST",
      headers: { ...headers, ...more },
      body: JSON.stringify(value),
    });
  const signed = await post("/account/sign-up", {
    email: "ada@example.com",
    password: "brass and nickel",
    workspaceName: "Ada",
  });
  const cookie = signed.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const made = await post("/keys", { name: "admin", scopes: ["platform:*", "*:*"] }, { cookie });
  return { cookie, admin: (await made.json()).secret };
}

async function sessionStatus(cookie: string): Promise<number> {
  return (await fetch(`${server?.portal}/api/v1/whoami`, { headers: { cookie } })).status;
}

function madeBefore(admin: string, time: string): string {
  const run = spawnSync(
    process.execPath,
    ["--import", "tsx", "lib/client/examples/keys-made-before.ts", time],
    {
      encoding: "utf8",
      env: { PATH: process.env.PATH, LATCHKEY_URL: server?.portal, LATCHKEY_KEY: admin, NODE_ENV: "test" },
    },
  );
  return run.stdout + run.stderr;
}

test(
  "the guide's steps, on a running installation: old keys keep working, new ones use the new secret, then the old one goes",
  { timeout: 180_000 },
  async () => {
    expect(steps).toHaveLength(3);
    await restart({ LATCHKEY_SECRET: "" });
    const { cookie, admin } = await signUp();
    const old = await client(admin).createKey({ name: "from before" });
    const forgotten = await client(admin).createKey({ name: "forgotten" });
    const webhook = await client(admin).createWebhookEndpoint({ url: "https://203.0.114.7/webhooks" });
    const secrets = {
      OLD: readFileSync(path.join(directory, "secret"), "utf8").trim(),
      NEW: "n3w/+".repeat(12),
    };

    await restart(environmentOf(1, secrets));
    expect(await codeOf(admin, old.secret)).toBe("VALID");
    expect(await sessionStatus(cookie)).toBe(200);

    await restart(environmentOf(2, secrets));
    const switchedAt = new Date().toISOString();
    expect(await codeOf(admin, old.secret)).toBe("VALID");
    expect(await sessionStatus(cookie)).toBe(200);
    const young = await client(admin).createKey({ name: "from after" });
    expect(await codeOf(admin, young.secret)).toBe("VALID");
    expect(madeBefore(admin, switchedAt).match(/^key_/gm)).toHaveLength(3);

    const rotated = await client(admin).rotateKey({ id: old.key.id, overlapSeconds: 600 });
    expect([await codeOf(admin, old.secret), await codeOf(admin, rotated.secret)]).toEqual([
      "VALID",
      "VALID",
    ]);
    expect(madeBefore(admin, switchedAt)).toContain(`${old.key.id} `);
    await client(admin).endRotation({ id: old.key.id });
    const adminId = (await client(admin).whoami()).id;
    const newAdmin = (await client(admin).rotateKey({ id: adminId, overlapSeconds: 0 })).secret;
    expect(madeBefore(newAdmin, switchedAt)).toMatch(new RegExp(`^${forgotten.key.id} \\S+ forgotten\n$`));

    await restart(environmentOf(3, secrets));
    for (const good of [rotated.secret, young.secret, newAdmin])
      expect(await codeOf(newAdmin, good)).toBe("VALID");
    for (const past of [old.secret, forgotten.secret, admin])
      expect(await codeOf(newAdmin, past)).toBe("MALFORMED");
    expect(await sessionStatus(cookie)).toBe(401);
    const { secret } = await client(newAdmin).readWebhookSecret({ id: webhook.endpoint.id });
    expect(secret).toBe(webhook.secret);
    await expect(restart({ LATCHKEY_SECRET: secrets.OLD })).rejects.toThrow("LATCHKEY_SECRET is not the one");

    await restart(environmentOf(2, secrets));
    expect(await codeOf(newAdmin, forgotten.secret)).toBe("VALID");
  },
);
