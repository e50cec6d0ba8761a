import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import { api, signUp, test } from "@/e2e/fixtures";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const Verified = z.object({ code: z.string() });

/** Presses Tab until the control has focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press("Tab");
  }
  await expect(control).toBeFocused({ timeout: 1 });
}

test("a key is created, rotated and revoked without a mouse, and focus goes back where it was", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/keys");
  const form = page.getByRole("dialog", { name: "Create key" });
  await expect(async () => {
    await page.keyboard.press("c");
    await expect(form).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Enter");
  const made = page.getByRole("dialog", { name: "Secret of by-hand" });
  const copied = made.getByRole("button", { name: /^Copied/ });
  await expect(made.getByRole("button", { name: /^Copy( ⌘ C)?$/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(copied).toBeVisible();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  await tabTo(page, made.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(made).toBeHidden();

  const row = page.locator("tr[data-key]").filter({ hasText: "by-hand" });
  const link = row.getByRole("link", { name: "by-hand" });
  await page.keyboard.press("j");
  await expect(link).toBeFocused();
  await page.keyboard.press("r");
  const rotate = page.getByRole("dialog", { name: "Rotate by-hand" });
  await expect(rotate).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(rotate).toBeHidden();
  await expect(link).toBeFocused();
  await page.keyboard.press("r");
  await tabTo(page, rotate.getByRole("button", { name: "Rotate key" }));
  await page.keyboard.press("Enter");
  const fresh = page.getByRole("dialog", { name: "New secret for by-hand" });
  await expect(fresh.getByRole("button", { name: /^Copy( ⌘ C)?$/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(fresh.getByRole("button", { name: /^Copied/ })).toBeVisible();
  await tabTo(page, fresh.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(fresh).toBeHidden();

  await page.keyboard.press("j");
  await page.keyboard.press("x");
  const bar = page.getByRole("toolbar", { name: "Selected rows" });
  await tabTo(page, bar.getByRole("button", { name: "Revoke" }));
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await tabTo(page, question.getByRole("button", { name: "Revoke key" }));
  await page.keyboard.press("Enter");
  await expect(row).toContainText("Revoked");
  await expect
    .poll(async () => {
      const verify = { schema: Verified, method: "POST", path: "/keys/verify", data: { key: secret } };
      return (await api(page, verify)).code;
    })
    .toBe("REVOKED");
});
