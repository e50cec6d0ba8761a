import { expect } from "@playwright/test";
import { expectAccessible, test } from "@/e2e/fixtures";
import { routes, strayVisits, visitOf } from "@/e2e/visits";

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
