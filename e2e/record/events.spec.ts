import { expect } from "@playwright/test";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { z } from "zod";

const Made = z.object({ key: z.object({ id: z.string(), name: z.string() }) });

test("events arrive by themselves, unfold to all that they say, and lead to what they are about", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/events?type=keys.*");
  await expect(page.getByRole("heading", { name: "Listening" })).toBeVisible();
  await expectAccessible(page, "events, none");
  const data = { name: "billing" };
  const { key } = await api(page, { schema: Made, method: "POST", path: "/keys", data });
  const row = page.getByRole("row").filter({ hasText: "keys.create" });
  await expect(row).toContainText(key.id);
  await row.getByRole("button").click();
  await expect(page.getByRole("region", { name: "Event, JSON" })).toContainText('"specversion": "1.0"');
  await expectAccessible(page, "events, one open");
  await page.getByRole("link", { name: "Open what it is about" }).click();
  await expect(page).toHaveURL(new RegExp(`/keys/${key.id}$`));
});

test("paused they wait; resumed they are all there", async ({ page }) => {
  await signUp(page);
  await page.goto("/events?type=keys.*");
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  await page.keyboard.press("Space");
  await api(page, { schema: Made, method: "POST", path: "/keys", data: { name: "waiting" } });
  await expect(page.getByText("Paused, 1 waiting")).toBeVisible();
  await page.keyboard.press("Space");
  await expect(page.getByRole("row").filter({ hasText: "keys.create" })).toHaveCount(1);
});

test("filters stand in the address, survive a reload, and are cleared at once", async ({ page }) => {
  await signUp(page);
  await api(page, { schema: Made, method: "POST", path: "/keys", data: { name: "one" } });
  await page.goto("/events?view=history");
  await expect(page.getByRole("row").filter({ hasText: "keys.create" })).toBeVisible();
  await page.getByRole("button", { name: "Type" }).click();
  await page.getByRole("menuitem", { name: "services" }).click();
  await expect(page.getByRole("heading", { name: "No event matches" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "No event matches" })).toBeVisible();
  await expectAccessible(page, "events, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("row").filter({ hasText: "keys.create" })).toBeVisible();
});
