import { expect } from "@playwright/test";
import { expectAccessible, signUp, test } from "@/e2e/fixtures";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("the first minute: a key, a pasted call, and its decision arrives and can be explained", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/start");
  await expectAccessible(page, "start, nothing done");
  await page.getByRole("button", { name: "Create test key" }).click();
  await expect(page.getByText("Listening")).toBeVisible();
  await page.getByRole("button", { name: "Copy curl" }).click();
  const pasted = await page.evaluate(() => navigator.clipboard.readText());
  const [, url] = /curl (\S+)/.exec(pasted) ?? [];
  const [, secret] = /Bearer (\S+)"/.exec(pasted) ?? [];
  expect(secret).toMatch(/^lk_test_[0-9A-Za-z]{59}$/);
  await expect(page.locator("main")).not.toContainText(secret ?? "");

  const answer = await page.request.get(url ?? "", { headers: { authorization: `Bearer ${secret}` } });
  expect(answer.status()).toBe(200);
  const row = page.locator(".arrive-row");
  await expect(row).toContainText("allow");
  await expect(row).toContainText("/hello");
  await expect(row).toContainText("200");
  await expect(page.getByText("echo is open, and no rule denies it.")).toBeVisible();
  await expectAccessible(page, "start, all done");

  await page.getByRole("link", { name: "Explain" }).click();
  const trace = page.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("Allowed");
  await expect(trace).toContainText("/hello");
});

test("a second visit makes another key, although the first one's name is taken", async ({ page }) => {
  await signUp(page);
  for (const name of ["first visit", "second visit"]) {
    await page.goto("/start");
    await page.getByRole("button", { name: "Create test key" }).click();
    await expect(page.getByText("Listening"), name).toBeVisible();
  }
});
