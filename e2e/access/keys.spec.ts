import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";

const Issued = z.object({
  key: z.object({ id: z.string(), name: z.string(), masked: z.string() }),
  secret: z.string(),
});
const Verified = z.object({ valid: z.boolean(), code: z.string() });

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

function makeKey(page: Page, data: Record<string, unknown>) {
  return api(page, { schema: Issued, method: "POST", path: "/keys", data });
}

async function codeOf(page: Page, key: string): Promise<string> {
  return (await api(page, { schema: Verified, method: "POST", path: "/keys/verify", data: { key } })).code;
}

/** Presses a letter until the page listens for it. */
async function pressUntil(page: Page, key: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const rowOf = (page: Page, name: string) => page.locator("tr[data-key]").filter({ hasText: name });

test("a key is created, its secret is shown once, and closing before copying asks once", async ({ page }) => {
  await signUp(page);
  await page.goto("/keys");
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  await expectAccessible(page, "keys, empty");
  const form = page.getByRole("dialog", { name: "Create key" });
  await pressUntil(page, "c", form);
  await expect(form.getByLabel("Name")).toBeFocused();
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(form.getByText("Must not be empty.")).toBeVisible();
  await expectAccessible(page, "create key, with an error");
  await form.getByLabel("Name").fill("ledger-sync");
  await form.getByLabel("Filter scopes").fill("read:ledger");
  await form.getByLabel("Filter scopes").press("Enter");
  await form.getByRole("button", { name: "Create key" }).click();

  const card = page.getByRole("dialog", { name: "Secret of ledger-sync" });
  await expect(card.getByRole("button", { name: /^Copy( ⌘ C)?$/ })).toBeFocused();
  await expectAccessible(page, "reveal card");
  await card.getByRole("button", { name: "Test it now" }).click();
  await expect(card.getByText("VALID")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Keep it open" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(card).toBeVisible();
  await card.getByRole("button", { name: /^Copy( ⌘ C)?$/ }).click();
  await expect(card.getByRole("button", { name: /^Copied/ })).toBeVisible();
  expect(await codeOf(page, await clipboard(page))).toBe("VALID");
  await card.getByRole("button", { name: "Done" }).click();
  await expect(card).toBeHidden();
  await expect(rowOf(page, "ledger-sync")).toContainText("read:ledger");
  await expect(page.locator("body")).not.toContainText(await clipboard(page));
});

test("the reveal card of someone who never copies closes after it asked, and only then", async ({ page }) => {
  await signUp(page);
  await page.goto("/keys?create=key");
  await page.getByRole("dialog").getByLabel("Name").fill("forgotten");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  const card = page.getByRole("dialog", { name: "Secret of forgotten" });
  await card.getByRole("button", { name: "Done" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Close", exact: true }).click();
  await expect(card).toBeHidden();
  await expect(page).toHaveURL(/\/keys$/);
});

test("a rotation shows both secrets and both work, until the overlap is ended", async ({ page }) => {
  await signUp(page);
  const { secret: old } = await makeKey(page, { name: "billing-worker" });
  await page.goto("/keys");
  await pressUntil(page, "j", page.getByRole("link", { name: "billing-worker" }).and(page.locator(":focus")));
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog", { name: "Rotate billing-worker" });
  await expect(dialog.getByRole("radio", { name: /24 h/ })).toBeChecked();
  await expectAccessible(page, "rotate");
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  const card = page.getByRole("dialog", { name: "New secret for billing-worker" });
  await card.getByRole("button", { name: /^Copy( ⌘ C)?$/ }).click();
  await expect(card.getByRole("button", { name: /^Copied/ })).toBeVisible();
  const fresh = await clipboard(page);
  await card.getByRole("button", { name: "Done" }).click();

  const overlap = page.getByRole("group", { name: "Overlap of billing-worker" });
  await expect(overlap.locator("code").first()).toContainText(fresh.slice(-4));
  await expect(overlap.locator("code").last()).toContainText(old.slice(-4));
  expect([await codeOf(page, old), await codeOf(page, fresh)]).toEqual(["VALID", "VALID"]);
  await expectAccessible(page, "keys, in overlap");

  await overlap.getByRole("button", { name: "Extend" }).click();
  const extend = page.getByRole("dialog", { name: "Extend the overlap of billing-worker" });
  await extend.getByText("7 d", { exact: true }).click();
  await expectAccessible(page, "extend overlap");
  await extend.getByRole("button", { name: "Extend overlap" }).click();
  await expect(overlap.getByRole("timer")).toContainText(/^[67]\s?d/);

  await overlap.getByRole("button", { name: "End now" }).click();
  const end = page.getByRole("alertdialog", { name: "End the overlap now?" });
  await expect(end.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectAccessible(page, "end overlap");
  await end.getByRole("button", { name: "End overlap" }).click();
  await expect(overlap).toBeHidden();
  await expect(rowOf(page, "billing-worker")).toContainText("Active");
  await expect.poll(() => codeOf(page, old)).not.toBe("VALID");
  expect(await codeOf(page, fresh)).toBe("VALID");
});

test("keys are revoked together after the dialog said when each was used last, and are refused at once", async ({
  page,
}) => {
  await signUp(page);
  const used = await makeKey(page, { name: "old-one" });
  await makeKey(page, { name: "old-two" });
  await makeKey(page, { name: "kept" });
  expect(await codeOf(page, used.secret)).toBe("VALID");
  await page.goto("/keys");
  await page.getByLabel("Select old-one").check();
  await page.getByLabel("Select old-two").check();
  const bar = page.getByRole("toolbar", { name: "Selected rows" });
  await expect(bar).toContainText("2 selected");
  await expectAccessible(page, "keys, selected");
  await bar.getByRole("button", { name: "Revoke" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Revoke 2 keys?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(dialog).toContainText("old-two");
  await expect(dialog).toContainText("never used");
  await expectAccessible(page, "revoke");
  // The rows change at once and before the answer; what holds at once after the answer is the refusal.
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/keys/revoke"));
  await dialog.getByRole("button", { name: "Revoke 2 keys" }).click();
  await expect(rowOf(page, "old-one")).toContainText("Revoked");
  await expect(rowOf(page, "kept")).toContainText("Active");
  await expect(bar).toBeHidden();
  expect((await answered).ok()).toBe(true);
  expect(await codeOf(page, used.secret)).toBe("REVOKED");
});

test("search, filters and order stand in the address and survive a reload", async ({ page }) => {
  await signUp(page);
  await makeKey(page, { name: "alpha", environment: "live", scopes: ["read:ledger"] });
  await makeKey(page, { name: "beta", environment: "test", scopes: ["read:ledger"] });
  await makeKey(page, { name: "gamma", environment: "test" });
  await page.goto("/keys");
  await page.getByRole("button", { name: "Environment" }).click();
  await page.getByRole("menuitem", { name: "test" }).click();
  await expect(rowOf(page, "alpha")).toHaveCount(0);
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.keyboard.press("/");
  await page.keyboard.type("bet");
  await expect(page).toHaveURL(/q=bet/);
  await expect(rowOf(page, "gamma")).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel("Search keys")).toHaveValue("bet");
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page.locator("tr[data-key]")).toHaveCount(1);
  await expect(page.getByText("1–1 of 1")).toBeVisible();
  await page.getByLabel("Search keys").fill("nothing at all");
  await expect(page.getByRole("heading", { name: "No key matches “nothing at all”" })).toBeVisible();
  await expectAccessible(page, "keys, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.locator("tr[data-key]")).toHaveCount(3);
});

test("pages are walked on and back, and a page survives a reload", async ({ page }) => {
  await signUp(page);
  for (let at = 1; at <= 27; at += 1) await makeKey(page, { name: `key-${String(at).padStart(2, "0")}` });
  await page.goto("/keys");
  await expect(page.getByText("1–25 of 27")).toBeVisible();
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(page.getByText("26–27 of 27")).toBeVisible();
  await page.reload();
  await expect(page.getByText("26–27 of 27")).toBeVisible();
  await expect(rowOf(page, "key-01")).toBeVisible();
  await page.getByRole("button", { name: "Previous page" }).click();
  await expect(rowOf(page, "key-27")).toBeVisible();
});

test("the table is worked by keyboard alone", async ({ page }) => {
  await signUp(page);
  await makeKey(page, { name: "first" });
  await makeKey(page, { name: "second" });
  await page.goto("/keys");
  await pressUntil(page, "j", page.getByRole("link", { name: "second" }).and(page.locator(":focus")));
  await page.keyboard.press("j");
  await expect(page.getByRole("link", { name: "first" })).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByLabel("Select first")).toBeChecked();
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar", { name: "Selected rows" })).toContainText("2 selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("toolbar", { name: "Selected rows" })).toBeHidden();
  await page.getByRole("link", { name: "second" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "second" })).toBeVisible();
});

test("a key's page shows its grant, is edited in place, disabled and enabled, and keeps its trail", async ({
  page,
}) => {
  await signUp(page);
  const { key, secret } = await makeKey(page, {
    name: "partner-feed",
    scopes: ["read:invoices"],
    metadata: { plan: "pro" },
  });
  expect(await codeOf(page, secret)).toBe("VALID");
  await page.goto(`/keys/${key.id}`);
  await expect(page.getByLabel("About this key")).toContainText("read:invoices");
  await expect(page.getByLabel("About this key")).toContainText('"pro"');
  await expectAccessible(page, "key");
  await page.getByRole("button", { name: "Edit grant" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit partner-feed" });
  await dialog.getByLabel("Name").fill("partner-feed-2");
  await dialog.getByRole("button", { name: "Take away read:invoices" }).click();
  await expectAccessible(page, "edit key");
  await dialog.getByRole("button", { name: "Save key" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "partner-feed-2" })).toBeVisible();

  await page.getByRole("button", { name: "More for partner-feed-2" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(page.getByText("It is refused until it is enabled.").first()).toBeVisible();
  await expect.poll(() => codeOf(page, secret)).toBe("DISABLED");
  await page.getByRole("button", { name: "More for partner-feed-2" }).click();
  await page.getByRole("menuitem", { name: "Enable" }).click();
  await expect.poll(() => codeOf(page, secret)).toBe("VALID");

  await page.getByRole("tab", { name: "Audit" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Changed name and scopes" })).toBeVisible();
  await expectAccessible(page, "key, audit");
  await page.getByRole("tab", { name: "Decisions" }).click();
  await expect(page.getByRole("table", { name: "Decisions of this key" })).toBeVisible();
  await expectAccessible(page, "key, decisions");
  await page.getByRole("tab", { name: "Rules and matrix" }).click();
  await expect(page.getByRole("heading", { name: "No rule is attached to this key" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("tab", { name: "Rules and matrix" })).toHaveAttribute("aria-selected", "true");
});

test("another workspace's key, and none at all, are not there in the same words", async ({ page }) => {
  await signUp(page);
  const { key } = await makeKey(page, { name: "theirs" });
  await page.context().clearCookies();
  await signUp(page);
  for (const id of [key.id, "key_nothing"]) {
    await page.goto(`/keys/${id}`);
    await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
    await expect(
      page.getByText("This key does not exist. It may belong to another workspace."),
    ).toBeVisible();
  }
});

test("a change that the server refuses is taken back, and said", async ({ page }) => {
  await signUp(page);
  const { key } = await makeKey(page, { name: "steady" });
  await page.goto("/keys");
  await page.route(`**/api/v1/keys/${key.id}`, (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({
            type: "x/unavailable",
            title: "Not now",
            status: 503,
            detail: "The database is away.",
          }),
        })
      : route.continue(),
  );
  await page.getByRole("button", { name: "More for steady" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(page.getByText("steady is still enabled. The database is away.").first()).toBeVisible();
  await expect(rowOf(page, "steady")).toContainText("Active");
});
