import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

const Stored = z.looseObject({ id: z.string(), version: z.number() });

function editor(page: Page) {
  return page.getByRole("textbox", { name: "Rule as JSON" });
}

/** Goes into the text, for which the code editor is fetched. */
async function enter(page: Page): Promise<void> {
  await editor(page).focus();
  await expect(page.locator(".cm-content")).toBeFocused();
}

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** Replaces the whole text. */
async function paste(page: Page, text: string): Promise<void> {
  await enter(page);
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("ControlOrMeta+v");
}

test("a rule is written from nothing with completion, its test fails and passes, it is saved and enforced, and its decision is traced", async ({
  page,
}) => {
  await signUp(page);
  const { service, secret, gatewayUrl } = await callableService(page, { slug: "invoices" });
  const workspace = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  await page.goto("/rules");
  await expectAccessible(page, "rules, none");
  await page.goto(`/rules/new?service=${service.slug}`);
  await enter(page);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type("{na");
  await page.getByRole("option", { name: /^name/ }).click();
  await page.keyboard.type("only-get");
  await page.keyboard.press("Tab");
  await page.keyboard.type(", eff");
  await page.getByRole("option", { name: /^effect/ }).click();
  await page.keyboard.type("d");
  await page.getByRole("option", { name: /^deny/ }).click();
  await expect(page.locator(".ed-code")).toContainText('"effect": "deny"');
  await expect(page.getByText("every call to any path on invoices")).toBeVisible();

  const rule = { name: "only-get", effect: "deny", unless: { method: "GET" } };
  await paste(
    page,
    JSON.stringify(
      { ...rule, tests: [{ name: "reading", request: { method: "GET", path: "/a" }, expect: "deny" }] },
      null,
      2,
    ),
  );
  await expect(page.getByText("0 of 1 pass")).toBeVisible();
  await expect(page.getByText("It expects deny; the rule answers allow.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Save/ })).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page, "rule editor, a failing test");
  await paste(
    page,
    JSON.stringify(
      { ...rule, tests: [{ name: "reading", request: { method: "GET", path: "/a" }, expect: "allow" }] },
      null,
      2,
    ),
  );
  await expect(page.getByText("1 of 1 pass")).toBeVisible();

  await page.getByRole("region", { name: "What it does" }).getByLabel("Path").fill("/orders");
  await expect(page.locator(".sim-out")).toContainText("Denied");
  await page.keyboard.press("ControlOrMeta+s");
  await page.waitForURL(/\/rules\/rule_/);
  await expect(page.getByText(/only-get saved as v\d+/)).toBeVisible();
  await expectAccessible(page, "rule editor, saved");

  await page.goto("/decisions");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const address = `${gatewayUrl}/${workspace.slug}/${service.slug}/orders`;
  const headers = { authorization: `Bearer ${secret}` };
  expect((await page.request.get(address, { headers })).status()).toBe(200);
  expect((await page.request.post(address, { headers })).status()).toBe(403);
  const denied = page.getByRole("row").filter({ hasText: "deny" });
  await expect(denied).toContainText("only-get");
  await denied.getByRole("link").click();
  const trace = page.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("only-get denies it.");
  await expect(trace).toContainText("Denies it");
  await expectAccessible(page, "decisions with a trace");
});

test("a save over someone else's is told, compared, and loses nothing", async ({ page }) => {
  await signUp(page);
  const made = await api(page, {
    schema: Stored,
    method: "POST",
    path: "/rules",
    data: { name: "cap", effect: "deny", when: { method: "POST" }, attachments: [] },
  });
  await page.goto(`/rules/${made.id}`);
  await expect(page.locator(".ed-code")).toContainText("POST");
  await api(page, {
    schema: Stored,
    method: "PUT",
    path: `/rules/${made.id}`,
    data: { name: "cap", effect: "deny", when: { method: "PUT" } },
  });
  await paste(page, '{ "name": "cap", "effect": "deny", "when": { "method": "DELETE" } }');
  await page.getByRole("button", { name: /^Save as/ }).click();
  const dialog = page.getByRole("dialog", { name: "Someone saved this rule first" });
  await expect(dialog).toContainText("dana-");
  await expect(dialog.getByRole("region", { name: "Their text and yours" })).toContainText("PUT");
  await expectAccessible(page, "stale save");
  await dialog.getByRole("button", { name: "Keep mine and compare" }).click();
  await expect(page.locator(".ed-code")).toContainText("DELETE");
  await page.getByRole("button", { name: /^Save as/ }).click();
  await expect(page.getByText(/cap saved as v\d+/)).toBeVisible();
  const now = await api(page, { schema: Stored, method: "GET", path: `/rules/${made.id}` });
  expect(now).toMatchObject({ when: { method: "DELETE" } });
});

test("versions say what changed, and an older one comes back", async ({ page }) => {
  await signUp(page);
  const made = await api(page, {
    schema: Stored,
    method: "POST",
    path: "/rules",
    data: { name: "cap", effect: "deny", when: { method: "POST" }, attachments: [] },
  });
  await api(page, {
    schema: Stored,
    method: "PUT",
    path: `/rules/${made.id}`,
    data: { name: "cap", effect: "deny", when: { method: "PUT" } },
  });
  await page.goto(`/rules/${made.id}`);
  await page.getByRole("button", { name: "Versions" }).click();
  const dialog = page.getByRole("dialog", { name: "Versions" });
  await expect(dialog.getByRole("region", { name: /^cap, v/ })).toContainText("PUT");
  await expectAccessible(page, "versions");
  let compare = () => {};
  const compared = new Promise<void>((resolve) => (compare = resolve));
  await page.route(/\/rulesets\/diff/, async (route) => {
    await compared;
    await route.continue();
  });
  await dialog.getByRole("button", { name: new RegExp(`^v${made.version}\\b`) }).click();
  const rollBack = dialog.getByRole("button", { name: `Roll back to v${made.version}` });
  await expect(rollBack).toHaveAccessibleDescription("Comparing");
  compare();
  await rollBack.click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: `Roll back to v${made.version}` })
    .click();
  await expect(page.locator(".ed-code")).toContainText("POST");
});

test("what is wrong is marked where it is, in words", async ({ page }) => {
  await signUp(page);
  await page.goto("/rules/new");
  const status = page.locator(".ed-foot");
  await paste(page, '{ "name": "x" "effect": "deny" }');
  await expect(status).toContainText("A comma is missing before this");
  await paste(page, '{ "name": "x", "effect": "deny", "colour": 1 }');
  await expect(status).toContainText("colour is not a known key");
  await paste(page, '{ "name": "x", "effect": "deny", "when": { "route": "v1" } }');
  await expect(status).toContainText("must begin with /");
  await expect(page.locator(".cm-lintRange-error")).toBeVisible();
});

test("filters of the list survive a reload", async ({ page }) => {
  await signUp(page);
  for (const [name, effect] of [
    ["may-read", "allow"],
    ["no-writes", "deny"],
  ])
    await api(page, {
      schema: Stored,
      method: "POST",
      path: "/rules",
      data: { name, effect, attachments: [] },
    });
  await page.goto("/rules");
  await expectAccessible(page, "rules, some");
  await page.getByRole("button", { name: "Effect", exact: true }).click();
  await page.getByRole("menuitem", { name: "deny" }).click();
  await expect(page.getByRole("link", { name: "may-read" })).toBeHidden();
  await page.reload();
  await expect(page.getByRole("link", { name: "no-writes" })).toBeVisible();
  await expect(page.getByRole("link", { name: "may-read" })).toBeHidden();
});

test("a note is put to the version that is saved, and a caller that nobody has is tried by its attributes", async ({
  page,
}) => {
  test.slow();
  await signUp(page);
  await callableService(page, { slug: "invoices" });
  const made = await api(page, {
    schema: Stored,
    method: "POST",
    path: "/rules",
    data: { name: "cap", effect: "deny", when: { method: "POST" }, attachments: [{ service: "invoices" }] },
  });
  await page.goto(`/rules/${made.id}`);
  await paste(
    page,
    '{ "name": "cap", "effect": "deny", "when": { "credential": { "environment": "live" } } }',
  );
  await page.getByRole("button", { name: /^Add a note to v\d+/ }).click();
  await page.getByLabel("What changed and why").fill("Live callers stay out");
  await expectAccessible(page, "the note of a version");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Note for v\d+: Live callers stay out/ })).toBeVisible();

  await page.getByLabel("Credential", { exact: true }).selectOption("attributes of my own");
  const attributes = page.getByLabel("Attributes of the credential");
  await expect(page.locator(".sim-out")).toContainText("Denied");
  await expectAccessible(page, "a call by attributes");
  await attributes.fill('{ "environment": ');
  await expect(attributes).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "a call by attributes that cannot be read");
  await attributes.fill('{ "environment": "test" }');
  await expect(page.locator(".sim-out")).toContainText("Allowed");
});
