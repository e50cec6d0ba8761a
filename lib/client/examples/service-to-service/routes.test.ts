import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { freePort } from "@/lib/process/listeners/free-port";
import { issueKey } from "@/lib/testing/issue-key";
import { steadyCalls } from "@/lib/testing/calls/steady-calls";
import { createTestWorkspace } from "@/lib/testing/workspace";

const guide = readFileSync("docs/guides/service-to-service.md", "utf8");
const [issue = "", start = "", order = "", rotate = ""] = [...guide.matchAll(/```sh\n([^`]+)```/g)].map(
  (match) => match[1] ?? "",
);

let folder: string;
let environment: NodeJS.ProcessEnv;
let origins: { orders: string; billing: string };
const running: ChildProcess[] = [];

beforeAll(async () => {
  const { owner } = await createTestWorkspace();
  const operator = await issueKey(owner, {
    scopes: [
      "create:keys",
      "rotate:keys",
      "read:keys",
      "read:usage",
      "verify:keys",
      "write:invoices",
      "read:orders",
    ],
  });
  folder = mkdtempSync(path.join(os.tmpdir(), "latchkey-services-"));
  const [ordersPort, billingPort] = [await freePort(), await freePort()];
  origins = { orders: `http://127.0.0.1:${ordersPort}`, billing: `http://127.0.0.1:${billingPort}` };
  environment = {
    NODE_ENV: "production",
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    KEYS: folder,
    LATCHKEY_URL: inject("apiOrigin"),
    ADMIN_KEY: operator.secret,
    ORDERS_PORT: String(ordersPort),
    BILLING_PORT: String(billingPort),
    ORDERS_URL: origins.orders,
    BILLING_URL: origins.billing,
    QUIET_SECONDS: "2",
  };
});

afterAll(() => {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  printed: string;
  complained: string;
}

/** A block of the guide, in a shell of its own. */
function shell(block: string): { child: ChildProcess; done: Promise<Ran> } {
  const child = spawn("sh", ["-e", "-c", block], { env: environment, detached: true });
  const ran: Ran = { code: null, printed: "", complained: "" };
  child.stdout.on("data", (chunk: Buffer) => (ran.printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (ran.complained += chunk.toString()));
  return { child, done: new Promise((resolve) => child.once("exit", (code) => resolve({ ...ran, code }))) };
}

const keyOf = (service: string) => readFileSync(path.join(folder, `${service}.key`), "utf8");

test(
  "the guide's commands: two services with exactly their scopes, whose keys are rotated with no failed call under load",
  { timeout: 180_000 },
  async () => {
    expect(await shell(issue).done).toMatchObject({ code: 0, printed: "" });
    running.push(shell(start).child);
    await vi.waitFor(
      async () =>
        expect(await shell(order).done).toMatchObject({
          code: 0,
          printed: expect.stringContaining('"invoice"'),
        }),
      { timeout: 60_000, interval: 500 },
    );
    const asked = async (origin: string, at: string, key: string, method = "GET") =>
      (await fetch(origin + at, { method, headers: { authorization: `Bearer ${key}` } })).status;
    const [ordersKey, billingKey] = [keyOf("orders"), keyOf("billing")];
    expect(await asked(origins.orders, "/orders/1", ordersKey)).toBe(403);
    expect(await asked(origins.orders, "/orders/1", billingKey)).toBe(404);
    expect(await asked(origins.billing, "/invoices", billingKey, "POST")).toBe(403);

    const rotating = shell(rotate).done;
    const load = () =>
      steadyCalls({
        origin: origins.orders,
        perSecond: 20,
        seconds: 3,
        next: () => ({ name: "order", path: "/orders", method: "POST", headers: {} }),
        isGood: (status) => status === 201,
      });
    let rotated: Awaited<typeof rotating> | null = null;
    void rotating.then((result) => (rotated = result));
    do expect(await load()).toMatchObject({ failures: [], failed: 0 });
    while (rotated === null);
    expect(rotated).toMatchObject({ code: 0, printed: expect.stringMatching(/^(rotated key_\w+\n){2}$/) });
    expect(await load()).toMatchObject({ failed: 0 });
    expect([keyOf("orders"), keyOf("billing")]).not.toEqual([ordersKey, billingKey]);
    expect(await asked(origins.orders, "/orders/1", billingKey)).toBe(401);
    expect(await asked(origins.orders, "/orders/1", keyOf("billing"))).toBe(404);
  },
);
