import { expect } from "@playwright/test";
import { expectAccessible, signUp, test } from "@/e2e/fixtures";
import { routes, strayVisits, visitOf } from "@/e2e/every-page/visits";

for (const route of routes)
  test(`${route} has a visit, one main heading and a title; axe finds nothing in either theme at either width, nor is it wider than a phone`, async ({
    page,
  }) => {
    test.slow();
    await page.goto(await visitOf(route)(page));
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page).toHaveTitle(/\S/);
    await expectAccessible(page, route);
    await page.setViewportSize({ width: 390, height: 844 });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond, `${route}, pixels beyond the right edge at 390 px`).toBeLessThanOrEqual(0);
  });

test("an address that no page has is answered in the portal's words", async ({ page }) => {
  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await expectAccessible(page, "not found");
});

test("every visit leads to a page that is there", () => {
  expect(strayVisits).toEqual([]);
});

test("on a phone the line of settings pages stands where the page that is open is in sight", async ({
  page,
}) => {
  await signUp(page);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const { path, name } of [
    { path: "/settings/account", name: "Your account" },
    { path: "/settings/sinks", name: "Sinks" },
    { path: "/settings", name: "Workspace" },
  ]) {
    await page.goto(path);
    const tab = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name });
    await expect(tab).toHaveAttribute("aria-current", "page");
    await expect(tab).toBeInViewport({ ratio: 0.95 });
  }
  const words = page.getByRole("navigation", { name: "Settings" });
  await words.getByRole("link", { name: "Members" }).click();
  await words.getByRole("link", { name: "Roles and scopes" }).click();
  await expect(words.getByRole("link", { name: "Roles and scopes" })).toBeInViewport({ ratio: 0.95 });
});
