import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { join } from "@/e2e/people";
import { oneCall } from "@/e2e/every-page/visits";

test("a viewer reads everything; what would change something is disabled and says why, and opens nothing by address", async ({
  page,
  browser,
}) => {
  test.slow();
  const { keyId, serviceId } = await oneCall(page);
  const { id: ruleId } = await api(page, {
    schema: z.object({ id: z.string() }),
    method: "POST",
    path: "/rules",
    data: { name: "gate", effect: "deny", when: { method: "PUT" }, attachments: [] },
  });
  const theirs = await join(page, { browser, role: "viewer" });
  const disabled: readonly [string, RegExp, string][] = [
    ["/overview?environment=test", /^Create key/, "create:keys"],
    ["/keys", /^Create key/, "create:keys"],
    [`/keys/${keyId}`, /^Rotate/, "rotate:keys"],
    [`/keys/${keyId}`, /^Revoke/, "revoke:keys"],
    ["/services", /^Create service/, "create:services"],
    [`/services/${serviceId}`, /^Edit/, "update:services"],
    ["/rules", /^Write rule/, "create:rules"],
    [`/rules/${ruleId}`, /^Save/, "update:rules"],
    ["/settings/members", /^Invite/, "create:members"],
    ["/settings", /^Save workspace/, "Only owners change the workspace."],
    ["/settings", /^Save retention/, "Only owners change the workspace."],
    ["/logs", /^Flush/, "flush:logs"],
    ["/datastore", /^Set value/, "set:datastore"],
  ];
  for (const [path, button, why] of disabled) {
    await theirs.goto(path);
    const control = theirs.getByRole("button", { name: button }).first();
    await expect(control, path).toBeDisabled();
    await expect(control, path).toHaveAttribute("aria-description", new RegExp(why));
    await expectAccessible(theirs, `viewer, ${path}`);
  }
  for (const path of ["/keys?create=key", "/services?create=service", `/keys/${keyId}?do=rotate`]) {
    await theirs.goto(path);
    await expect(theirs.getByRole("heading", { level: 1 })).toBeVisible();
    await theirs.waitForLoadState("networkidle");
    await expect(theirs.getByRole("dialog"), path).toHaveCount(0);
  }
  await theirs.goto("/rules/new");
  await expect(theirs.getByRole("heading", { name: "You may not write rules" })).toBeVisible();
  await expect(theirs.getByText("create:rules")).toBeVisible();
  await expectAccessible(theirs, "viewer, no permission");

  await theirs.goto("/keys");
  const bar = theirs.getByRole("dialog", { name: "Find or do" });
  await expect(async () => {
    await theirs.keyboard.press("ControlOrMeta+k");
    await expect(bar).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(bar.getByRole("option", { name: "Switch theme" })).toBeVisible();
  await expect(bar.getByRole("option", { name: "Create key" })).toHaveCount(0);
  await theirs.context().close();
});

test("a developer makes keys, services and rules, and neither members nor the workspace", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const theirs = await join(page, { browser, role: "developer" });
  for (const [path, button] of [
    ["/keys", /^Create key/],
    ["/services", /^Create service/],
  ] as const) {
    await theirs.goto(path);
    await theirs.getByRole("button", { name: button }).first().click();
    await expect(theirs.getByRole("dialog")).toBeVisible();
  }
  await theirs.goto("/rules/new");
  await expect(theirs.getByRole("textbox", { name: "Rule as JSON" })).toBeVisible();
  await theirs.goto("/settings/members");
  await expect(theirs.getByRole("button", { name: "Invite" })).toBeDisabled();
  await expect(theirs.getByRole("button", { name: "Remove" })).toBeDisabled();
  await expect(theirs.getByRole("button", { name: "Leave" })).toBeEnabled();
  await theirs.goto("/settings");
  await expect(theirs.getByRole("button", { name: "Save workspace" })).toBeDisabled();
  await expect(theirs.getByLabel("Name")).not.toBeEditable();
  await theirs.context().close();
});

test("someone is removed only after a question with Cancel focused that says what they are", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const theirs = await join(page, { browser, role: "admin" });
  await page.goto("/settings/members");
  const row = page.getByRole("row").filter({ hasText: "kim-" });
  await row.getByRole("button", { name: "Remove" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText("admin since");
  await expectAccessible(page, "remove a member");
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  await expect(row).toBeVisible();
  await theirs.context().close();
});

test("what is typed while Find or do is still being fetched is in it, and no shortcut of the page", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/keys");
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  let letGo = () => undefined;
  const gate = new Promise<undefined>((resolve) => {
    letGo = () => void resolve(undefined);
  });
  await page.route("**/_next/static/**", async (route) => {
    await gate;
    await route.continue();
  });
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("customers");
  letGo();
  const bar = page.getByRole("dialog", { name: "Find or do" });
  await expect(bar.getByRole("combobox")).toHaveValue("customers");
  await expect(bar.getByRole("combobox")).toBeFocused();
  await expect(bar.getByRole("option", { selected: true })).toHaveText("Customers");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/customers");
});

test("on a phone the menu shows every page there is without scrolling", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signUp(page);
  await page.goto("/overview");
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const menu = page.getByRole("menu");
  await expect(menu.getByRole("menuitem", { name: "Sign out" })).toBeInViewport({ ratio: 1 });
  expect(await menu.evaluate((part) => part.scrollHeight - part.clientHeight)).toBe(0);
});

test("Find or do does what it says: it finds a key and rotates it, and it creates one", async ({ page }) => {
  await oneCall(page);
  await page.goto("/overview");
  const bar = page.getByRole("dialog", { name: "Find or do" });
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+k");
    await expect(bar).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expectAccessible(page, "find or do");
  await page.keyboard.type("caller");
  await bar.getByRole("option", { name: "Rotate caller-of-search" }).click();
  const rotate = page.getByRole("dialog", { name: "Rotate caller-of-search" });
  await expect(rotate).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(rotate).toBeHidden();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(bar).toBeVisible();
  await page.keyboard.type("create key");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Create key" })).toBeVisible();
});
