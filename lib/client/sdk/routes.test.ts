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

test("values go as JSON or as bytes and come back as they are, and only in place of what was read", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner, { scopes: ["platform:*"] });
  const latchkey = createLatchkey({ origin: inject("apiOrigin"), key: secret });
  const key = "users/42?a=b";
  const { etag } = await latchkey.setValue({ key, value: { plan: "pro" } }, { ifNoneMatch: "*" });
  expect(await (await latchkey.getValue({ key })).json()).toEqual({ plan: "pro" });
  expect((await latchkey.getValue({ key }, { ifNoneMatch: etag })).status).toBe(304);
  const bytes = Uint8Array.of(0, 255, 10);
  const written = await latchkey.setValue({ key, value: bytes, expiresIn: 600 }, { ifMatch: etag });
  expect(written).toMatchObject({ size: 3, contentType: "application/octet-stream" });
  expect(new Uint8Array(await (await latchkey.getValue({ key })).arrayBuffer())).toEqual(bytes);
  const late = await latchkey
    .setValue({ key, value: null }, { ifMatch: etag })
    .catch((error: unknown) => error);
  expect(isLatchkeyError(late, "precondition-failed")).toBe(true);
  expect((await latchkey.incrementValue({ key: "n", by: 2 })).value).toBe(2);
  await latchkey.deleteValue({ key }, { ifMatch: written.etag });
  expect((await latchkey.listValues({ prefix: "" })).items.map((entry) => entry.key)).toEqual(["n"]);
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
