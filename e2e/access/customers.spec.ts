import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, pasteOver, signUp, test } from "@/e2e/fixtures";

const Made = z.object({ id: z.string() });
const customer = { name: "Northwind", externalId: "org_42" };

test("a customer is added, changed, disabled with what that stops, enabled and deleted", async ({ page }) => {
  await signUp(page);
  await page.goto("/customers");
  await expect(page.getByRole("heading", { name: "No customers yet" })).toBeVisible();
  await expectAccessible(page, "customers, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Northwind");
  await dialog.getByLabel("External id").fill("cus_mine");
  await dialog.getByLabel("Most keys").fill("many");
  await dialog.getByRole("button", { name: "Add customer" }).click();
  await expect(dialog.getByText("Must be a whole number such as 25.")).toBeVisible();
  await expect(dialog.getByText("Must not begin with cus_")).toBeVisible();
  await expectAccessible(page, "customer form, refused");
  await dialog.getByLabel("External id").fill("org_42");
  await dialog.getByLabel("Most keys").fill("10");
  await dialog.getByRole("button", { name: "Add customer" }).click();

  await expect(page.getByRole("heading", { name: "Northwind" })).toBeVisible();
  await api(page, {
    schema: z.unknown(),
    method: "POST",
    path: "/keys",
    data: { name: "ledger-sync", customer: "org_42" },
  });
  await page.reload();
  await expect(page.getByRole("link", { name: "ledger-sync" })).toBeVisible();
  await expectAccessible(page, "customer");

  await page.getByRole("button", { name: "Disable" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText("This stops 1 key, its members and its portal sessions at once.");
  await expect(question).toContainText("never used");
  await question.getByRole("button", { name: "Disable customer" }).click();
  await expect(page.getByText("Its keys, members and portal sessions are refused")).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Its keys, members and portal sessions are refused")).toBeHidden();

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete customer" }).click();
  await question.getByRole("button", { name: "Delete customer" }).click();
  await expect(question.getByText("Northwind has 1 key not revoked")).toBeVisible();
  await question.getByLabel("Revoke its 1 key first").check();
  await question.getByRole("button", { name: "Delete customer" }).click();
  await expect(page.getByRole("heading", { name: "No customers yet" })).toBeVisible();
});

test("metadata that is no JSON is refused in place, and what was typed stays until it is", async ({
  page,
}) => {
  await signUp(page);
  const made = await api(page, {
    schema: Made,
    method: "POST",
    path: "/customers",
    data: { ...customer, metadata: { region: "eu-west" } },
  });
  await page.goto(`/customers/${made.id}`);
  await page.getByRole("button", { name: "Edit metadata" }).click();
  const dialog = page.getByRole("dialog");
  const editor = dialog.getByRole("textbox", { name: "Metadata" });
  await pasteOver(editor, '{ "tier": 2');
  await dialog.getByRole("button", { name: "Save metadata" }).click();
  await expect(dialog.getByText("Must be JSON.")).toBeVisible();
  await expectAccessible(page, "metadata, refused");
  await pasteOver(editor, '{ "tier": 2 }');
  await dialog.getByRole("button", { name: "Save metadata" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator(".kv")).toContainText("tier");
});

test("someone is invited to a customer's side, and a portal session is opened and ended", async ({
  page,
}) => {
  await signUp(page);
  const made = await api(page, { schema: Made, method: "POST", path: "/customers", data: customer });
  await page.goto(`/customers/${made.id}`);
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill("ada@northwind.example");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(dialog.getByLabel("Invitation link")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  const people = page.getByRole("table", { name: "Members of the customer" });
  await expect(people).toContainText("ada@northwind.example");
  const first = await people.getByRole("row").filter({ hasText: "ada@" }).textContent();
  await people.getByRole("button", { name: "Send again" }).click();
  await expect(dialog.getByLabel("Invitation link")).toHaveValue(/^http.*\/invitation\?/);
  await expectAccessible(page, "an invitation sent again");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(people.getByRole("row").filter({ hasText: "ada@" })).toHaveText(first ?? "");

  await page.getByRole("button", { name: "Open session" }).click();
  await dialog.getByLabel("Who is it").fill("ada@northwind.example");
  await dialog.getByLabel("Create keys").check();
  await expectAccessible(page, "opening a portal session");
  await dialog.getByRole("button", { name: "Open session" }).click();
  await expect(dialog.getByLabel("Code", { exact: true })).not.toHaveValue("");
  await dialog.getByRole("button", { name: "Done" }).click();
  const sessions = page.getByRole("table", { name: "Portal sessions" });
  await expect(sessions).toContainText("Code not used yet");
  await expect(sessions.getByText("3 capabilities")).toHaveAttribute(
    "title",
    "Create keys, See keys, See usage",
  );
  await sessions.getByRole("button", { name: "End" }).click();
  await expect(sessions).toContainText("Ended");
  await expectAccessible(page, "customer with people and sessions");
});

test("a key is created from its customer's page, already the customer's and under its ceiling", async ({
  page,
}) => {
  await signUp(page);
  const data = { ...customer, scopeCeiling: ["read:invoices"] };
  const made = await api(page, { schema: Made, method: "POST", path: "/customers", data });
  await page.goto(`/customers/${made.id}`);
  await page.getByRole("link", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "Create key" });
  await expect(dialog.getByLabel("Customer", { exact: true })).toHaveValue(made.id);
  await expect(page).toHaveURL(`/keys?customer=${made.id}`);
  await dialog.getByLabel("Name").fill("northwind-sync");
  await dialog.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("dialog", { name: "Secret of northwind-sync" }).waitFor();
  const Keys = z.object({ items: z.array(z.object({ customer: z.string().nullable() })) });
  const { items } = await api(page, { schema: Keys, method: "GET", path: "/keys" });
  expect(items).toEqual([{ customer: made.id }]);
});

test("a customer's keys and people stay within their plates, however long their names and narrow the window", async ({
  page,
}) => {
  await signUp(page);
  const data = { ...customer, scopeCeiling: ["read:*", "write:*"] };
  const made = await api(page, { schema: Made, method: "POST", path: "/customers", data });
  const scopes = ["read:invoices", "read:submissions", "write:invoices"];
  const key = {
    name: "a-key-whose-name-someone-typed-without-thinking-of-tables",
    customer: made.id,
    scopes,
  };
  await api(page, { schema: z.unknown(), method: "POST", path: "/keys", data: key });
  const invited = { email: "ada.with.a.long.address@northwind-industries.example", role: "developer" };
  const invitation = { ...invited, customer: made.id };
  await api(page, { schema: z.unknown(), method: "POST", path: "/members/invitations", data: invitation });
  await page.goto(`/customers/${made.id}`);
  const table = page.getByRole("table", { name: "Keys" });
  await expect(page.getByText(invited.email)).toBeVisible();
  for (const width of [1440, 1280, 1190, 1000, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(table.getByRole("link", { name: key.name })).toBeVisible();
    const wider = await page
      .locator(".plate table")
      .evaluateAll((parts) =>
        parts.map((part) => part.scrollWidth - (part.closest(".plate")?.clientWidth ?? 0)),
      );
    expect(Math.max(...wider), `at ${width} px`).toBeLessThanOrEqual(0);
  }
});

test("customers are searched, filtered and paged, and the address keeps all of it", async ({ page }) => {
  await signUp(page);
  for (let at = 1; at <= 27; at += 1)
    await api(page, {
      schema: Made,
      method: "POST",
      path: "/customers",
      data: { name: `Customer ${at}`, externalId: `org_${at}` },
    });
  await page.goto("/customers");
  await expect(page.getByText("1–25 of 27")).toBeVisible();
  await expectAccessible(page, "customers, a page");
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(page.getByText("26–27 of 27")).toBeVisible();
  await page.reload();
  await expect(page.getByText("26–27 of 27")).toBeVisible();
  await page.getByRole("button", { name: "Previous page" }).click();
  await expect(page.getByText("1–25 of 27")).toBeVisible();
  await page.getByLabel("Search customers").fill("org_2");
  await expect(page.getByText("1–9 of 9")).toBeVisible();
  await page.getByLabel("Search customers").fill("nobody");
  await expect(page.getByRole("heading", { name: "No customer matches “nobody”" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByText("1–25 of 27")).toBeVisible();
});

test("a customer is found by name from anywhere, and one that is not there reads like another workspace's", async ({
  page,
}) => {
  await signUp(page);
  await api(page, { schema: Made, method: "POST", path: "/customers", data: customer });
  await page.goto("/customers/cus_doesnotexist");
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByPlaceholder("Find a key, customer, service or rule").fill("northw");
  await page.getByRole("option", { name: "Open Northwind" }).click();
  await expect(page.getByRole("heading", { name: "Northwind" })).toBeVisible();
});
