import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";

const post = (page: Parameters<typeof api>[0], path: string, data: unknown) =>
  api(page, { schema: z.unknown(), method: "POST", path, data });

test("a scope is defined, described anew, and refused deletion while a role names it", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings/roles?view=scopes");
  await expect(page.getByRole("heading", { name: "No scopes of your own yet" })).toBeVisible();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("read:keys");
  await dialog.getByRole("button", { name: "Define scope" }).click();
  await expect(dialog.getByText("one of Latchkey's own names")).toBeVisible();
  await dialog.getByLabel("Name").fill("read:invoices");
  await dialog.getByRole("button", { name: "Define scope" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Edit read:invoices" }).click();
  await dialog.getByLabel("Holding it means").fill("See invoices");
  await dialog.getByRole("button", { name: "Save scope" }).click();
  await expect(page.getByRole("cell", { name: "See invoices" })).toBeVisible();
  await expectAccessible(page, "own scopes");

  await post(page, "/roles", { name: "billing", scopes: ["read:invoices"] });
  await page.getByRole("button", { name: "Delete read:invoices" }).click();
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Delete scope" }).click();
  await expect(question.getByText("Named by 1 role.")).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("cell", { name: "See invoices" })).toBeVisible();
});

test("a role is made of scopes, shows who has it, and goes when no key does", async ({ page }) => {
  await signUp(page);
  await post(page, "/scopes", { name: "read:invoices", description: "See invoices" });
  await page.goto("/settings/roles");
  await expect(page.getByRole("heading", { name: "No roles yet" })).toBeVisible();
  await expectAccessible(page, "roles, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("bill ing");
  await dialog.getByRole("checkbox", { name: "read:invoices" }).check();
  await dialog.getByRole("button", { name: "Create role" }).click();
  await expect(dialog.getByText("Must be letters, digits, dot, dash or underscore.")).toBeVisible();
  await dialog.getByLabel("Name").fill("billing");
  await expectAccessible(page, "role form");
  await dialog.getByRole("button", { name: "Create role" }).click();
  await page.getByRole("link", { name: "billing" }).click();
  await expect(page.getByRole("heading", { name: "billing" })).toBeVisible();
  await expect(page.getByText("See invoices")).toBeVisible();

  await post(page, "/keys", { name: "ledger-sync", roles: ["billing"] });
  await page.reload();
  await expect(page.getByRole("link", { name: "ledger-sync" })).toBeVisible();
  await expectAccessible(page, "role");
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menuitem", { name: "Delete role" })).toContainText("1 key has it.");
  await page.keyboard.press("Escape");
});

test("Latchkey's own scopes are listed with their events and filtered, and cannot be changed", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/settings/roles?view=platform");
  await expect(page.getByRole("cell", { name: "datastore.set" })).toBeVisible();
  await page.getByLabel("Filter Latchkey's scopes").fill("rotate");
  await expect(page.getByRole("cell", { name: "keys.rotate" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "datastore.set" })).toBeHidden();
  await expect(page.getByRole("button", { name: /^Delete/ })).toHaveCount(0);
  await expectAccessible(page, "platform scopes");
});
