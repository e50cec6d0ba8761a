import { expect, type Locator, type Page } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { join } from "@/e2e/people";
import { largeMatrix, seedLargeMatrix } from "@/e2e/access/large-matrix";

const Made = z.object({ id: z.string() });
const Issued = z.object({ key: z.object({ id: z.string() }) });

const make = (page: Page, path: string, data: object) =>
  api(page, { schema: Made, method: "POST", path, data }).then(({ id }) => id);

/** Two keys on two services, one rule that allows and one that denies, attached nowhere. */
async function scene(page: Page) {
  const owner = await signUp(page);
  const upstream = "http://echo.latchkey.internal";
  await make(page, "/services", { slug: "ledger", upstream });
  await make(page, "/services", { slug: "payments", upstream });
  const keys = new Map<string, string>();
  for (const name of ["billing-worker", "checkout-web"]) {
    const { key } = await api(page, { schema: Issued, method: "POST", path: "/keys", data: { name } });
    keys.set(name, key.id);
  }
  const allow = await make(page, "/rules", { name: "pay-all", effect: "allow", attachments: [] });
  const deny = await make(page, "/rules", {
    name: "no-deletes",
    effect: "deny",
    when: { method: "DELETE" },
    attachments: [],
  });
  return { owner, keys, allow, deny };
}

/** Opens the page and waits until it is live: what is pressed before it is ready is lost. */
async function openMatrix(page: Page, search = ""): Promise<void> {
  await page.goto(`/matrix${search}`);
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
}

const grid = (page: Page) => page.getByRole("grid", { name: "Credentials and services" });
const side = (page: Page) => page.getByRole("complementary", { name: "Cell" });

function cellOf(page: Page, credential: string, column: number): Locator {
  return grid(page)
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: credential }) })
    .locator(`[aria-colindex="${column + 2}"]`);
}

test("a rule is attached in its cell, seen there at once, and taken back by its toast, the button and the keyboard", async ({
  page,
}) => {
  const { owner } = await scene(page);
  await openMatrix(page);
  const cell = cellOf(page, "checkout-web", 1);
  await expect(cell).toContainText("Service default: deny");
  await expectAccessible(page, "matrix");
  await cell.click();
  await expect(side(page)).toContainText("checkout-web on payments");
  await side(page).getByRole("combobox", { name: "Attach a rule" }).fill("pay");
  await page.getByRole("option", { name: "pay-all" }).click();
  await expect(cell).toContainText("Always allowed, pay-all");
  await expect(side(page)).toContainText(`Attached by ${owner.email}`);
  await expectAccessible(page, "matrix, a cell with a rule");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(cell).toContainText("Service default: deny");
  await cell.click();
  await page.keyboard.press("a");
  await page.keyboard.type("pay-all");
  await expect(page.getByRole("option", { name: "pay-all" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(cell).toContainText("Always allowed");
  await cell.focus();
  await page.keyboard.press("d");
  await expect(cell).toContainText("Service default: deny");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(cell).toContainText("Always allowed");
  await page.reload();
  await expect(cell).toContainText("Always allowed");
});

test("what another editor changes appears by itself, a revoked key too", async ({ page }) => {
  const { keys, deny } = await scene(page);
  await openMatrix(page);
  const cell = cellOf(page, "billing-worker", 0);
  await expect(cell).toContainText("Service default: deny");
  const place = { credential: keys.get("billing-worker"), service: "ledger" };
  await api(page, {
    schema: z.unknown(),
    method: "PUT",
    path: "/matrix/cells",
    data: { ...place, attach: [deny] },
  });
  await expect(cell).toContainText("no-deletes");
  await make(page, "/rules", { name: "open-ledger", effect: "allow", attachments: [{ service: "ledger" }] });
  await expect(cell).toContainText("Conditional");
  const path = `/keys/${place.credential}/revoke`;
  await api(page, { schema: z.unknown(), method: "POST", path, data: { reason: "lost" } });
  await expect(grid(page).getByRole("rowheader", { name: "billing-worker" })).toHaveCount(0);
});

test("a whole column is changed at its head, and a refused change is drawn back with the reason", async ({
  page,
}) => {
  await scene(page);
  await openMatrix(page);
  await grid(page).getByRole("columnheader", { name: "ledger" }).click();
  await expect(side(page)).toContainText("Every credential on ledger");
  await side(page).getByRole("combobox", { name: "Attach a rule" }).fill("pay");
  await page.getByRole("option", { name: "pay-all" }).click();
  for (const name of ["billing-worker", "checkout-web"])
    await expect(cellOf(page, name, 0)).toContainText("Always allowed, pay-all");
  await page.route("**/api/v1/matrix/cells", (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({
          status: 503,
          json: { title: "Not able to answer right now", detail: "Try later.", status: 503 },
        })
      : route.continue(),
  );
  const cell = cellOf(page, "billing-worker", 1);
  await cell.click();
  await side(page).getByRole("combobox", { name: "Attach a rule" }).fill("pay");
  await page.getByRole("option", { name: "pay-all" }).click();
  await expect(page.getByText("Nothing was changed. Try later.")).toBeVisible();
  await expect(cell).toContainText("Service default: deny");
});

test("the grid is walked by keyboard alone, and Escape leads back from a cell to it", async ({ page }) => {
  await scene(page);
  await openMatrix(page);
  const at = (row: number, column: number) =>
    expect(page.locator(`[data-at="${row} ${column}"]`)).toBeFocused();
  await page.locator('[data-at="0 0"]').focus();
  for (const [key, row, column] of [
    ["ArrowDown", 1, 0],
    ["ArrowRight", 1, 1],
    ["ArrowRight", 1, 1],
    ["End", 1, 1],
    ["Home", 1, -1],
    ["ArrowUp", 0, -1],
    ["ArrowRight", 0, 0],
    ["ArrowUp", -1, 0],
    ["PageDown", 2, 0],
    ["Control+End", 2, 1],
    ["Control+Home", 0, 0],
  ] as const) {
    await page.keyboard.press(key);
    await at(row, column);
  }
  expect(await grid(page).locator('[tabindex="0"]').count()).toBe(1);
  await page.keyboard.press("ArrowDown");
  await expect(side(page)).toContainText("billing-worker on ledger");
  await page.keyboard.press("Enter");
  await expect(side(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await at(1, 0);
});

test("search and filters stand in the address; nothing found says so and is cleared", async ({ page }) => {
  const { keys, allow } = await scene(page);
  const place = { credential: keys.get("billing-worker"), service: "payments" };
  await api(page, {
    schema: z.unknown(),
    method: "PUT",
    path: "/matrix/cells",
    data: { ...place, attach: [allow] },
  });
  await openMatrix(page, "?state=allowed");
  await expect(grid(page).getByRole("rowheader")).toHaveCount(1);
  await expect(grid(page).getByRole("rowheader")).toContainText("billing-worker");
  await openMatrix(page);
  await page.getByLabel("Find a credential or service").fill("checkout");
  await expect(grid(page).getByRole("rowheader")).toHaveCount(1);
  await expect(page).toHaveURL(/q=checkout/);
  await page.getByLabel("Find a credential or service").fill("nobody");
  await expect(page.getByRole("heading", { name: "No cell matches" })).toBeVisible();
  await expectAccessible(page, "matrix, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(grid(page).getByRole("rowheader")).toHaveCount(3);
});

test("before there is a service or a key the page says what is missing, and a failed answer offers another try", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/matrix");
  await expect(page.getByRole("heading", { name: "No services yet" })).toBeVisible();
  await make(page, "/services", { slug: "ledger", upstream: "http://echo.latchkey.internal" });
  await expect(page.getByRole("heading", { name: "No keys yet" })).toBeVisible();
  await expectAccessible(page, "matrix, no keys");
  await api(page, { schema: Issued, method: "POST", path: "/keys", data: { name: "first" } });
  await expect(grid(page).getByRole("rowheader", { name: "first" })).toBeVisible();
  await page.route("**/api/v1/matrix?**", (route) =>
    route.fulfill({
      status: 500,
      json: { title: "Something failed here", detail: "It failed.", status: 500 },
    }),
  );
  await page.getByLabel("Find a credential or service").fill("fir");
  await expect(page.getByRole("heading", { name: "The matrix could not be loaded" })).toBeVisible();
  await page.unroute("**/api/v1/matrix?**");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(grid(page).getByRole("rowheader", { name: "first" })).toBeVisible();
});

test("a viewer sees every cell and why none can be changed", async ({ page, browser }) => {
  const { keys, allow } = await scene(page);
  const place = { credential: keys.get("billing-worker"), service: "ledger" };
  const attached = { ...place, attach: [allow] };
  await api(page, { schema: z.unknown(), method: "PUT", path: "/matrix/cells", data: attached });
  const theirs = await join(page, { browser, role: "viewer" });
  await openMatrix(theirs);
  const cell = cellOf(theirs, "billing-worker", 0);
  await expect(cell).toContainText("Always allowed, pay-all");
  await cell.click();
  await expect(side(theirs)).toContainText("You may look. Changing it: This needs update:rules.");
  await expect(side(theirs).getByRole("button", { name: "Detach pay-all" })).toHaveCount(0);
  await theirs.keyboard.press("d");
  await theirs.keyboard.press("a");
  await expect(side(theirs).getByRole("combobox")).toHaveCount(0);
  await expect(cell).toContainText("Always allowed, pay-all");
  await expectAccessible(theirs, "matrix, viewer");
  await theirs.context().close();
});

test("on a phone a cell opens as a sheet, and closing it leads back to the grid", async ({ page }) => {
  await scene(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await openMatrix(page);
  await expect(side(page)).toBeHidden();
  await cellOf(page, "billing-worker", 0).click();
  await expect(side(page)).toContainText("billing-worker on ledger");
  await expectAccessible(page, "matrix, a cell on a phone");
  await page.setViewportSize({ width: 390, height: 844 });
  await side(page).getByRole("button", { name: "Close" }).click();
  await expect(side(page)).toBeHidden();
  await expect(cellOf(page, "billing-worker", 0)).toBeFocused();
});

test("2,000 credentials on 100 services: a bounded number of cells exists, and the last one is two keys away", async ({
  page,
}) => {
  test.slow();
  const owner = await signUp(page);
  await seedLargeMatrix(process.env.E2E_DATABASE_URL ?? "", owner.workspace.id);
  await openMatrix(page);
  await expect(page.getByText("2,001 credentials on 100 services")).toBeVisible();
  const cells = grid(page).getByRole("gridcell");
  await expect(cells.first()).toBeVisible();
  expect(await cells.count()).toBeLessThan(500);
  await page.locator('[data-at="0 0"]').focus();
  await page.keyboard.press("Control+End");
  const last = page.locator(`[data-at="${largeMatrix.keys} ${largeMatrix.services - 1}"]`);
  await expect(last).toBeFocused();
  await expect(last).toContainText("Always denied, no-test-keys");
  await expect(side(page)).toContainText(`${largeMatrix.lastKey} on ${largeMatrix.lastService}`);
  await expect(last).toBeInViewport();
  expect(await cells.count()).toBeLessThan(500);
  await expect(grid(page).getByRole("columnheader", { name: largeMatrix.lastService })).toBeInViewport();
  const slowest = await page.locator(".mx-scroll").evaluate(async (scroll) => {
    let slowestMs = 0;
    for (let step = 0; step < 60; step += 1) {
      const before = performance.now();
      scroll.scrollTop -= 1_400;
      scroll.scrollLeft -= 280;
      await new Promise(requestAnimationFrame);
      slowestMs = Math.max(slowestMs, performance.now() - before);
    }
    return slowestMs;
  });
  process.stdout.write(`matrix of 200,000 cells: slowest of 60 long scroll steps ${slowest.toFixed(0)} ms\n`);
  expect(await cells.count()).toBeLessThan(500);
  await expect(grid(page).locator("td[aria-busy]")).toHaveCount(0);
});
