import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";

const Created = z.object({ key: z.object({ id: z.string() }) });

test("entries arrive by themselves, open with what changed, and the chain is verified and exported", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/audit");
  await expect(page.getByRole("row").filter({ hasText: "workspace.create" })).toBeVisible();
  await expectAccessible(page, "audit");

  const { key } = await api(page, {
    schema: Created,
    method: "POST",
    path: "/keys",
    data: { name: "First" },
  });
  await api(page, {
    schema: z.unknown(),
    method: "PATCH",
    path: `/keys/${key.id}`,
    data: { name: "Second" },
  });
  await expect(page.getByRole("row").filter({ hasText: "keys.update" })).toBeVisible();

  await page.getByRole("button", { name: "keys.update" }).click();
  const entry = page.getByRole("complementary", { name: "Entry" });
  await expect(entry).toContainText("Changed to");
  await expect(entry).toContainText("Second");
  await expectAccessible(page, "audit, an entry open");
  await entry.getByRole("button", { name: "Only this" }).click();
  await expect(page).toHaveURL(new RegExp(`subject=${key.id}`));
  await expect(page.getByRole("row").filter({ hasText: "workspace.create" })).toHaveCount(0);
  await page.getByRole("button", { name: "Clear", exact: true }).click();

  await expect(page.getByText(/Verified to entry \d/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText(/All \d+ entries were read and hold/)).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const lines = (await readFile((await (await download).path()) ?? "", "utf8")).trimEnd().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ kind: "start" });
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ kind: "end", problems: [] });
});

test("an entry's personal data is erased after a question, and a filter that matches nothing says so", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/audit");
  await page.getByRole("button", { name: "workspace.create" }).click();
  await page.getByRole("button", { name: "Erase personal data" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page, "audit, erase");
  await dialog.getByRole("button", { name: "Erase personal data" }).click();
  await expect(page.getByRole("row").filter({ hasText: "workspace.create" })).toContainText("Erased");
  await expect(page.getByRole("row").filter({ hasText: "audit.erase" })).toBeVisible();
  await page.getByLabel("Filter the trail").fill("rules.roll-back");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No entry matches" })).toBeVisible();
  await expectAccessible(page, "audit, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("row").filter({ hasText: "audit.erase" })).toBeVisible();
});
