import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

const Stored = z.looseObject({ id: z.string(), version: z.number() });

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

async function write(page: Page, rule: object): Promise<void> {
  await page.getByRole("textbox", { name: "Rule as JSON" }).focus();
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(rule, null, 2));
  await page.keyboard.press("ControlOrMeta+v");
}

/** A workspace whose open service was called a few times, and a rule that meets none of the calls. */
async function calledService(page: Page) {
  await signUp(page);
  const { service, secret, gatewayUrl } = await callableService(page, { slug: "payments" });
  const { slug } = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  const headers = { authorization: `Bearer ${secret}`, "x-tier": "free" };
  const address = (path: string) => `${gatewayUrl}/${slug}/${service.slug}${path}`;
  for (const path of ["/v1/orders", "/v1/orders/1", "/v1/reports"])
    expect((await page.request.get(address(path), { headers })).status()).toBe(200);
  for (const path of ["/v1/orders", "/v1/refunds"])
    expect((await page.request.post(address(path), { headers, data: {} })).status()).toBe(200);
  await expect(async () => {
    const listed = await api(page, {
      schema: z.object({ items: z.array(z.unknown()) }),
      method: "GET",
      path: "/decisions?service=payments",
    });
    expect(listed.items).toHaveLength(5);
  }).toPass();
  return api(page, {
    schema: Stored,
    method: "POST",
    path: "/rules",
    data: {
      name: "no-writes",
      effect: "deny",
      when: { method: "DELETE" },
      attachments: [{ service: service.slug }],
    },
  });
}

test("a draft is replayed before it is saved: whom it would have met, by credential and service, with the decisions to open", async ({
  page,
}) => {
  const rule = await calledService(page);
  await page.goto(`/rules/${rule.id}`);
  const replay = page.locator("#replay");
  await expect(replay.getByRole("button", { name: "Replay" })).toBeVisible();
  // What decides as before is not worth a replay, so saving offers none.
  await expect(page.getByRole("button", { name: "Replay first" })).toBeHidden();
  await write(page, { name: "no-writes", effect: "deny", when: { method: "POST" } });
  await page.getByRole("button", { name: "Replay first" }).click();
  await expect(replay.getByText("2", { exact: true }).first()).toBeVisible();
  await expect(replay.locator(".rs").filter({ hasText: "newly denied" })).toContainText("2");
  await expect(replay.locator(".rs").filter({ hasText: "unchanged" })).toContainText("3");
  await expect(replay.getByRole("list", { name: "By credential and service" })).toContainText(
    "caller-of-payments on payments",
  );
  const samples = replay.getByRole("table", { name: "Decisions that would change" });
  await expect(samples.getByRole("row").filter({ hasText: "/v1/refunds" })).toContainText("allow");
  await expect(page.getByRole("button", { name: "2 denied, 0 allowed" })).toBeVisible();
  await expectAccessible(page, "rule editor, replayed");

  // Another text makes it old; saving never waits for a replay.
  await write(page, { name: "no-writes", effect: "deny", when: { route: "/v1/refunds" } });
  await expect(replay.getByText("Of an earlier text.")).toBeVisible();
  await replay.getByRole("button", { name: "Again" }).click();
  await expect(replay.locator(".rs").filter({ hasText: "newly denied" })).toContainText("1");
  await page.getByRole("button", { name: /^Save as/ }).click();
  await expect(page.getByText(/no-writes saved as v\d+/)).toBeVisible();

  await samples.getByRole("link").first().click();
  await page.waitForURL(/\/decisions\/evt_/);
  await expect(page.getByRole("complementary", { name: "Explain" })).toContainText("/v1/refunds");
});

test("a window without decisions says so, and what is masked is not guessed", async ({ page }) => {
  const rule = await calledService(page);
  await page.goto(`/rules/${rule.id}`);
  const replay = page.locator("#replay");
  await write(page, { name: "no-writes", effect: "deny", when: { header: { "x-tier": "free" } } });
  await replay.getByRole("button", { name: "1 h" }).click();
  await page.getByRole("button", { name: "Replay first" }).click();
  await expect(replay.locator(".rs").filter({ hasText: "newly denied" })).toContainText("5");
  await write(page, { name: "no-writes", effect: "deny", when: { body: { amount: { gte: 0 } } } });
  await replay.getByRole("button", { name: "Again" }).click();
  await expect(replay.locator(".rs").filter({ hasText: "not known" })).toContainText("2");
  await expectAccessible(page, "rule editor, replayed with what is not known");
});

test("a workspace without decisions has nothing to replay", async ({ page }) => {
  await signUp(page);
  await page.goto("/rules/new");
  const replay = page.locator("#replay");
  await write(page, { name: "no-writes", effect: "deny", when: { method: "POST" } });
  await page.getByRole("button", { name: "Replay first" }).click();
  await expect(replay.getByText("Nothing was decided in the last 24 h.")).toBeVisible();
});

test("a replay that fails midway says so and runs again", async ({ page }) => {
  const rule = await calledService(page);
  await page.goto(`/rules/${rule.id}`);
  const replay = page.locator("#replay");
  await page.route("**/api/v1/rules/replay", (route) =>
    route.fulfill({
      contentType: "application/x-ndjson",
      body:
        '{"type":"progress","scanned":500,"at":"2026-01-01T00:00:00Z"}\n' +
        '{"type":"error","problem":{"type":"/docs/problems/unavailable","title":"Not able to answer right now","status":503,"detail":"The database does not answer."}}\n',
    }),
  );
  await replay.getByRole("button", { name: "Replay" }).click();
  await expect(replay.getByText("The database does not answer.")).toBeVisible();
  await expectAccessible(page, "rule editor, replay failed");
  await page.unroute("**/api/v1/rules/replay");
  await replay.getByRole("button", { name: "Try again" }).click();
  await expect(replay.locator(".rs").filter({ hasText: "unchanged" })).toContainText("5");
});

test("a replay that runs long is cancelled", async ({ page }) => {
  const rule = await calledService(page);
  await page.goto(`/rules/${rule.id}`);
  const replay = page.locator("#replay");
  await page.route("**/api/v1/rules/replay", () => undefined);
  await replay.getByRole("button", { name: "Replay" }).click();
  await expect(replay.getByText("Reading the newest decisions.")).toBeVisible();
  await replay.getByRole("button", { name: "Cancel" }).click();
  await expect(replay.getByRole("button", { name: "Replay" })).toBeVisible();
});
