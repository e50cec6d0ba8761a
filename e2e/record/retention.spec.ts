import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { join } from "@/e2e/people";

const Kept = z.object({ logRetentionDays: z.number(), auditRetentionDays: z.number().nullable() });

test("an owner says how long lines and entries are kept; what is no number is refused in place, and shortening asks first", async ({
  page,
}) => {
  await signUp(page);
  const kept = () => api(page, { schema: Kept, method: "GET", path: "/workspace" });
  const { logRetentionDays } = await kept();
  await page.goto("/settings");
  const lines = page.getByLabel("Log lines");
  const entries = page.getByLabel("Audit entries", { exact: true });
  const forGood = page.getByLabel("Keep audit entries for good");
  const save = page.getByRole("button", { name: "Save retention" });
  await expect(lines).toHaveValue(String(logRetentionDays));
  await expect(entries).toBeDisabled();

  await lines.fill("a while");
  await forGood.uncheck();
  await entries.fill("0");
  await save.click();
  await expect(page.getByText("Must be a whole number of days.")).toBeVisible();
  await expect(page.getByText("Must be 1 day at least.")).toBeVisible();
  await expect(lines).toBeFocused();
  await expectAccessible(page, "retention, refused");

  await lines.fill(String(logRetentionDays + 7));
  await forGood.check();
  await save.click();
  await expect(page.getByText("Retention saved.")).toBeVisible();
  expect(await kept()).toEqual({ logRetentionDays: logRetentionDays + 7, auditRetentionDays: null });

  await lines.fill("3");
  await forGood.uncheck();
  await entries.fill("400");
  await save.click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText(/Log linesolder than \d/);
  await expect(question).toContainText(/Audit entriesolder than \d/);
  await expectAccessible(page, "retention, shortened");
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  expect(await kept()).toEqual({ logRetentionDays: logRetentionDays + 7, auditRetentionDays: null });
  await save.click();
  await question.getByRole("button", { name: "Shorten retention" }).click();
  await expect(question).toHaveCount(0);
  expect(await kept()).toEqual({ logRetentionDays: 3, auditRetentionDays: 400 });
  await page.reload();
  await expect(lines).toHaveValue("3");
  await expect(entries).toHaveValue("400");
});

test("who may not change the workspace sees how long records are kept, and is told why it stays so", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const theirs = await join(page, { browser, role: "admin" });
  await theirs.goto("/settings");
  await expect(theirs.getByLabel("Log lines")).toHaveAttribute("readonly", "");
  await expect(theirs.getByLabel("Keep audit entries for good")).toBeDisabled();
  const save = theirs.getByRole("button", { name: "Save retention" });
  await expect(save).toHaveAttribute("aria-description", "Only owners change the workspace.");
  await theirs.context().close();
});
