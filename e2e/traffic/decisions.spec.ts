import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

/** A workspace with a service and two ways to call it: with its key, and with nothing. */
async function callers(page: Page) {
  await signUp(page);
  const { service, secret, gatewayUrl } = await callableService(page, { slug: "search" });
  const workspace = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  const address = (path: string) => `${gatewayUrl}/${workspace.slug}/${service.slug}${path}`;
  return {
    allowed: (path: string) =>
      page.request.get(address(path), { headers: { authorization: `Bearer ${secret}` } }),
    refused: (path: string) => page.request.get(address(path)),
  };
}

test("decisions arrive by themselves; paused they wait; resumed they are all there", async ({ page }) => {
  const call = await callers(page);
  await page.goto("/decisions");
  await expect(page.getByRole("heading", { name: "Listening" })).toBeVisible();
  await expectAccessible(page, "decisions, none");
  await call.allowed("/first");
  await expect(page.getByRole("row").filter({ hasText: "/first" })).toContainText("allow");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();
  await call.refused("/second");
  await expect(page.getByText("Paused, 1 waiting")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "/second" })).toHaveCount(0);
  await page.keyboard.press("Space");
  await expect(page.getByRole("row").filter({ hasText: "/second" })).toContainText("deny");
  await expectAccessible(page, "decisions, some");
});

test("filters stand in the address, survive a reload, and are cleared at once", async ({ page }) => {
  const call = await callers(page);
  await call.allowed("/good");
  await call.refused("/bad");
  await page.goto("/decisions");
  await expect(page.getByRole("row").filter({ hasText: "/bad" })).toBeVisible();
  await page.getByRole("button", { name: "History" }).click();
  await expect(page.getByRole("row").filter({ hasText: "/good" })).toBeVisible();
  await page.getByRole("button", { name: "Verdict" }).click();
  await page.getByRole("menuitem", { name: "deny" }).click();
  await expect(page.getByRole("row").filter({ hasText: "/good" })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("row").filter({ hasText: "/bad" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "/good" })).toHaveCount(0);
  await page.getByLabel("Filter decisions").fill("verdict:limited");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No decision matches" })).toBeVisible();
  await expectAccessible(page, "history, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("row").filter({ hasText: "/good" })).toBeVisible();
});

test("the id that a refused caller was told opens the decision, and keys move between its neighbours", async ({
  page,
}) => {
  const call = await callers(page);
  await call.allowed("/older");
  const refused = await call.refused("/told");
  const id = refused.headers()["latchkey-decision"] ?? refused.headers()["x-latchkey-decision"] ?? "";
  expect(id).toMatch(/^evt_/);
  await expect(async () => {
    await page.goto(`/decisions/${id}`);
    await expect(page.getByRole("complementary", { name: "Explain" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const trace = page.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("search is private, and no credential was presented.");
  await expect(trace).toContainText(id);
  await page.keyboard.press("ArrowDown");
  await expect(trace).toContainText("/older");
  await page.keyboard.press("ArrowUp");
  await expect(trace).toContainText("/told");
  await page.keyboard.press("Escape");
  await expect(trace).toBeHidden();
});

test("a decision that is not there reads like one of another workspace", async ({ page }) => {
  await signUp(page);
  await page.goto("/decisions/evt_doesnotexist");
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});
