import { chromium } from "@playwright/test";
import { build } from "esbuild";
import { expect, inject, onTestFinished, test } from "vitest";
import { createLatchkey } from "@/lib/client/sdk/client";
import { isLatchkeyError } from "@/lib/client/sdk/failure";
import { chromiumPath } from "@/lib/testing/chromium";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("the whole life of a key through the client, typed answers and failures by the real server", async () => {
  const { owner, slug } = await createTestWorkspace();
  const { secret: admin } = await issueKey(owner, { scopes: ["platform:*", "*:*"] });
  const latchkey = createLatchkey({ origin: inject("apiOrigin"), key: admin });
  expect((await latchkey.whoami()).workspace.slug).toBe(slug);
  const { key, secret } = await latchkey.createKey({ name: "life", scopes: ["read:x"], environment: "test" });
  const again = latchkey.createKey({ name: "life" }).catch((error: unknown) => error);
  expect(isLatchkeyError(await again, "conflict")).toBe(true);
  const invalid = await latchkey.createKey({ name: "" }).catch((error: unknown) => error);
  expect(invalid).toMatchObject({
    kind: "invalid",
    errors: [{ path: "name" }],
    requestId: expect.stringMatching(/^req_/),
  });
  expect((await latchkey.verifyKey({ key: secret, scopes: ["read:x"] })).code).toBe("VALID");
  const once = { idempotencyKey: "rotate-once" };
  const rotated = await latchkey.rotateKey({ id: key.id, overlapSeconds: 60 }, once);
  expect(await latchkey.rotateKey({ id: key.id, overlapSeconds: 60 }, once)).toEqual(rotated);
  expect((await latchkey.endRotation({ id: key.id })).status).toBe("active");
  const holder = createLatchkey({ origin: inject("apiOrigin"), key: rotated.secret });
  expect((await holder.revokeSelf({ reason: "done" })).id).toBe(key.id);
  expect((await latchkey.verifyKey({ key: rotated.secret })).code).toBe("REVOKED");
  const gone = await latchkey.readKey({ id: "key_none" }).catch((error: unknown) => error);
  expect(isLatchkeyError(gone, "not-found")).toBe(true);
});

test(
  "the same modules work in a browser's page, with a key and without one",
  { timeout: 120_000 },
  async () => {
    const { owner } = await createTestWorkspace();
    const { key, secret } = await issueKey(owner);
    const { outputFiles } = await build({
      entryPoints: ["lib/client/sdk/entry.ts"],
      bundle: true,
      format: "iife",
      globalName: "client",
      platform: "browser",
      write: false,
    });
    const flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
    const browser = await chromium.launch({
      executablePath: chromiumPath(),
      args: ["--no-sandbox", "--no-first-run", ...flags],
    });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${inject("apiOrigin")}/healthz`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
    // As text, because the test runner rewrites functions for itself.
    const seen = await page.evaluate(`(async () => {
    const { createLatchkey, isLatchkeyError } = client;
    const origin = location.origin;
    const known = await createLatchkey({ origin, key: ${JSON.stringify(secret)} }).whoami();
    const nobody = await createLatchkey({ origin, retries: 0 }).whoami()
      .catch((error) => isLatchkeyError(error, "unauthorized"));
    return [known.id, nobody];
  })()`);
    expect(seen).toEqual([key.id, true]);
  },
);
