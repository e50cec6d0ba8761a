import { expect } from "@playwright/test";
import { callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

test("a service is created, called for a test, changed and deleted", async ({ page }) => {
  await signUp(page);
  await page.goto("/services");
  await expect(page.getByRole("heading", { name: "No services yet" })).toBeVisible();
  await expectAccessible(page, "services, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await dialog.getByLabel("Name").fill("Invoices API");
  await expect(dialog.getByLabel("Slug")).toHaveValue("invoices-api");
  await expectAccessible(page, "service form");
  await dialog.getByRole("textbox", { name: "Upstream", exact: true }).fill("ftp://invoices");
  await dialog.getByRole("button", { name: "Create service" }).click();
  await expect(dialog.getByText("must be an http or https address")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Upstream", exact: true }).fill("http://echo.latchkey.internal");
  await dialog.getByRole("button", { name: "Create service" }).click();

  await expect(page.getByRole("heading", { name: "Invoices API" })).toBeVisible();
  await expect(page.locator(".address")).toContainText("/invoices-api");
  await page.getByLabel("Path", { exact: true }).fill("/ping");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(page.getByRole("region", { name: "Body of the answer" })).toContainText("/ping");
  await expectAccessible(page, "service, after a test call");

  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByText("Allow by default").click();
  await dialog.getByRole("button", { name: "Save service" }).click();
  await expect(
    page.getByText("No rule is attached, so its default holds: every call is allowed."),
  ).toBeVisible();

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete service" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText("no call recorded");
  await question.getByRole("button", { name: "Delete service" }).click();
  await expect(page.getByRole("heading", { name: "No services yet" })).toBeVisible();
});

test("a slug that is taken is said at the slug, and nothing typed is lost", async ({ page }) => {
  await signUp(page);
  await callableService(page, { slug: "ledger" });
  await page.goto("/services?create=service");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Ledger");
  await dialog.getByRole("textbox", { name: "Upstream", exact: true }).fill("http://echo.latchkey.internal");
  await dialog.getByRole("button", { name: "Create service" }).click();
  await expect(dialog.getByRole("link", { name: "Find it" })).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Upstream", exact: true })).toHaveValue(
    "http://echo.latchkey.internal",
  );
});

test("a search stands in the address and says when nothing matches", async ({ page }) => {
  await signUp(page);
  await callableService(page, { slug: "ledger" });
  await page.goto("/services");
  await expect(page.getByRole("link", { name: "ledger" })).toBeVisible();
  await expectAccessible(page, "services, some");
  await page.getByLabel("Search services").fill("ledgr");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No service matches “ledgr”" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "No service matches “ledgr”" })).toBeVisible();
  await expectAccessible(page, "services, no match");
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(page.getByRole("link", { name: "ledger" })).toBeVisible();
});

test("a service that is not there reads like one of another workspace", async ({ page }) => {
  await signUp(page);
  await page.goto("/services/svc_doesnotexist");
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});
