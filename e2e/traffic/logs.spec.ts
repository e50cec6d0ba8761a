import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

/** A workspace with a service, ways to write lines of it and to call it. */
async function logScene(page: Page) {
  await signUp(page);
  const { service, secret, gatewayUrl } = await callableService(page, { slug: "search" });
  const { slug } = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  return {
    write: (...lines: object[]) =>
      api(page, {
        schema: z.object({ accepted: z.number() }),
        method: "POST",
        path: "/logs?service=search",
        data: lines,
      }),
    call: (path: string) =>
      page.request.get(`${gatewayUrl}/${slug}/${service.slug}${path}`, {
        headers: { authorization: `Bearer ${secret}` },
      }),
  };
}

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

test("the page says how to write the first line; lines and calls arrive by themselves, and wait while it is paused", async ({
  page,
}) => {
  const { write, call } = await logScene(page);
  await page.goto("/logs");
  await expect(page.getByRole("heading", { name: "Listening" })).toBeVisible();
  await expect(page.getByText('{"message": "Hello"')).toBeVisible();
  await expectAccessible(page, "logs, none");
  await write({ message: "Order placed", data: { order: 17 } }, { message: "Card declined", level: "warn" });
  await expect(row(page, "Order placed")).toContainText("info");
  await expect(row(page, "Card declined")).toContainText("warn");
  await call("/basket");
  await expect(row(page, "GET /basket 200")).toContainText("search");
  await page.keyboard.press("Space");
  await write({ message: "While paused", level: "error" });
  await expect(page.getByText("Paused, 1 waiting")).toBeVisible();
  await expect(row(page, "While paused")).toHaveCount(0);
  await page.keyboard.press("Space");
  await expect(row(page, "While paused")).toContainText("error");
  await expectAccessible(page, "logs, some");
});

test("a line opens beside the others with its data, and a call's line leads to its decision", async ({
  page,
}) => {
  const { write, call } = await logScene(page);
  await call("/basket");
  await page.goto("/logs");
  await expect(row(page, "GET /basket")).toBeVisible();
  await write({ message: "first\nsecond line", data: { order: 17 }, traceId: "t-17" });
  await row(page, "first ⏎ second line").getByRole("button").click();
  const detail = page.getByRole("complementary", { name: "Line" });
  await expect(detail).toContainText('"order": 17');
  await expect(detail).toContainText("second line");
  await expectAccessible(page, "a line");
  await page.keyboard.press("ArrowDown");
  await expect(detail).toContainText("GET /basket 200");
  await detail.getByRole("link", { name: "Open decision" }).click();
  await expect(page.getByRole("complementary", { name: "Explain" })).toContainText("/basket");
  await page.goBack();
  await page.keyboard.press("Escape");
  await row(page, "first ⏎").getByRole("button").click();
  await detail.getByRole("button", { name: "Its lines" }).click();
  await expect(page).toHaveURL(/traceId=t-17/);
  await expect(row(page, "GET /basket")).toHaveCount(0);
});

test("filters and search stand in the address and survive a reload", async ({ page }) => {
  const { write } = await logScene(page);
  await write({ message: "Order placed" }, { message: "Card declined", level: "warn" });
  await page.goto("/logs");
  await page.getByRole("button", { name: "Level" }).click();
  await page.getByRole("menuitem", { name: "warn and above" }).click();
  await expect(row(page, "Order placed")).toHaveCount(0);
  await page.reload();
  await expect(row(page, "Card declined")).toBeVisible();
  await expect(row(page, "Order placed")).toHaveCount(0);
  await page.getByRole("button", { name: "History" }).click();
  await page.getByLabel("Search messages").fill("nothing like it");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No line matches" })).toBeVisible();
  await expectAccessible(page, "logs, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(row(page, "Order placed")).toBeVisible();
});

test("a flush asks first, with Cancel in focus, and then the log is empty", async ({ page }) => {
  const { write } = await logScene(page);
  await write({ message: "Order placed" });
  await page.goto("/logs");
  await expect(row(page, "Order placed")).toBeVisible();
  await page.getByRole("button", { name: "Flush" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(dialog).toContainText(/Newest linewritten .*(ago|now)/);
  await expectAccessible(page, "flush");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Flush" }).click();
  await dialog.getByRole("button", { name: "Flush log" }).click();
  await expect(page.getByRole("heading", { name: "Listening" })).toBeVisible();
  await write({ message: "Afterwards" });
  await expect(row(page, "Afterwards")).toBeVisible();
});
