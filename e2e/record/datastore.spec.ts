import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, pasteOver, signUp, test } from "@/e2e/fixtures";

const put = (page: Page, key: string, data: unknown, query = "") =>
  api(page, {
    schema: z.object({ etag: z.string() }),
    method: "PUT",
    path: `/datastore/${encodeURIComponent(key)}${query}`,
    data,
  });

test("a value is set, seen, changed and deleted, and what is no JSON is refused in place", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/datastore");
  await expect(page.getByRole("heading", { name: "No values yet" })).toBeVisible();
  await expectAccessible(page, "datastore, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  const editor = dialog.getByRole("textbox", { name: "JSON value" });
  await pasteOver(editor, '{ "plan": ');
  await dialog.getByRole("button", { name: "Set value" }).click();
  await expect(dialog.getByText("Must be 1–512 bytes of UTF-8.")).toBeVisible();
  await expect(dialog.getByText("Must be JSON.")).toBeVisible();
  await expectAccessible(page, "value form, refused");
  await dialog.getByLabel("Key").fill("users/42/plan");
  await pasteOver(editor, '{ "plan": "pro" }');
  await dialog.getByText("24 h").click();
  await dialog.getByRole("button", { name: "Set value" }).click();

  await expect(dialog.getByText("application/json")).toBeVisible();
  await expect(dialog.getByRole("region")).toContainText('"plan": "pro"');
  await expect(dialog.getByText(/^in 2\d h/)).toBeVisible();
  await expectAccessible(page, "value");
  await dialog.getByRole("button", { name: "Edit" }).click();
  await pasteOver(editor, '{ "plan": "team" }');
  await dialog.getByRole("button", { name: "Save value" }).click();
  await expect(dialog.getByRole("region")).toContainText('"plan": "team"');

  await dialog.getByRole("button", { name: "Delete" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText("users/42/plan");
  await question.getByRole("button", { name: "Delete value" }).click();
  await expect(page.getByRole("heading", { name: "No values yet" })).toBeVisible();
});

test("someone who saves over another's write is shown it, and nothing is lost until one is chosen", async ({
  page,
}) => {
  await signUp(page);
  await put(page, "shared", { by: "first" });
  await page.goto("/datastore?key=shared&do=edit");
  const dialog = page.getByRole("dialog");
  const editor = dialog.getByRole("textbox", { name: "JSON value" });
  await pasteOver(editor, '{ "by": "me" }');
  await put(page, "shared", { by: "another" });
  await dialog.getByRole("button", { name: "Save value" }).click();
  const theirs = dialog.getByRole("group", { name: "What is there now" });
  await expect(theirs).toContainText("Nothing of yours was saved.");
  await expect(theirs.getByRole("region")).toContainText('"by": "another"');
  await expect(editor).toContainText("me");
  await expectAccessible(page, "value form, stale");
  await theirs.getByRole("button", { name: "Edit theirs" }).click();
  await expect(editor).toContainText("another");

  await pasteOver(editor, '{ "by": "me again" }');
  await put(page, "shared", { by: "yet another" });
  await dialog.getByRole("button", { name: "Save value" }).click();
  await theirs.getByRole("button", { name: "Keep mine" }).click();
  await dialog.getByRole("button", { name: "Save value" }).click();
  await expect(dialog.getByRole("region")).toContainText('"by": "me again"');
});

test("keys are browsed by prefix, what others write arrives by itself, and recent has the newest first", async ({
  page,
}) => {
  await signUp(page);
  for (const key of ["users/1/name", "users/1/mail", "users/2/name", "flags"]) await put(page, key, key);
  await page.goto("/datastore");
  await page.getByRole("button", { name: "What can be done with users/1/name" }).click();
  await page.getByRole("menuitem", { name: "Only users/1/" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  await expect(page).toHaveURL(/q=users%2F1%2F/);
  await put(page, "users/1/phone", 1);
  await expect(page.getByRole("link", { name: "users/1/phone" })).toBeVisible();
  await page.getByRole("button", { name: "users/", exact: true }).click();
  await expect(page.getByRole("link", { name: "users/2/name" })).toBeVisible();
  await page.getByRole("button", { name: "All keys" }).click();
  await expect(page.getByRole("row")).toHaveCount(6);
  await expectAccessible(page, "datastore");
  await page.getByText("Recent").click();
  await expect(page.getByRole("row").nth(1)).toContainText("users/1/phone");
  await put(page, "flags", { newest: true });
  await expect(page.getByRole("row").nth(1)).toContainText("flags");
  await page.getByRole("link", { name: "flags" }).press("Enter");
  await expect(page.getByRole("dialog").getByRole("region")).toContainText('"newest": true');
});

test("each customer's store is another one, and bytes are shown by their size", async ({ page }) => {
  await signUp(page);
  const customer = { externalId: "plover-7", name: "Plover" };
  await api(page, { schema: z.unknown(), method: "POST", path: "/customers", data: customer });
  await put(page, "ours", 1);
  await put(page, "theirs", 2, "?customer=plover-7");
  await page.goto("/datastore");
  await expect(page.getByRole("link", { name: "ours" })).toBeVisible();
  await page.getByRole("button", { name: "Customer", exact: true }).click();
  await page.getByRole("menuitem", { name: "Plover" }).click();
  await expect(page.getByRole("link", { name: "theirs" })).toBeVisible();
  await expect(page.getByRole("link", { name: "ours" })).toBeHidden();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key").fill("picture");
  await dialog.getByText("File", { exact: true }).click();
  await dialog.getByLabel("File", { exact: true }).setInputFiles({
    name: "picture.png",
    mimeType: "image/png",
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  });
  await dialog.getByRole("button", { name: "Set value" }).click();
  await expect(dialog.getByText("4 B that are no text.")).toBeVisible();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("picture");
});

test("a text is shown plain, and its form begins in the text", async ({ page }) => {
  await signUp(page);
  await page.goto("/datastore");
  await expect(page.getByRole("heading", { name: "No values yet" })).toBeVisible();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Key").fill("notice");
  await dialog.getByText("Text", { exact: true }).click();
  const field = dialog.getByRole("textbox", { name: "Text value" });
  await field.fill('A="b" is no assignment here.');
  await dialog.getByRole("button", { name: "Set value" }).click();
  await expect(dialog.getByRole("region")).toHaveText('A="b" is no assignment here.');
  await expect(dialog.getByRole("region").locator("[class]")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Edit" }).click();
  await expect(field).toBeFocused();
});

test("a stored page is not run by a browser that is sent to it", async ({ page }) => {
  await signUp(page);
  await page.goto("/datastore");
  const done = await page.evaluate(async () => {
    const body = "<script>document.title = 'run'</script>";
    const stored = await fetch("/api/v1/datastore/page", {
      method: "PUT",
      headers: { "content-type": "text/html" },
      body,
    });
    const script = document.createElement("script");
    script.src = "/api/v1/datastore/page";
    const refused = new Promise((resolve) => {
      script.onerror = () => resolve("refused");
      script.onload = () => resolve("loaded");
    });
    document.head.append(script);
    return [stored.status, await refused];
  });
  expect(done).toEqual([201, "refused"]);
  const download = page.waitForEvent("download");
  await page.goto("/api/v1/datastore/page").catch(() => undefined);
  await download;
  await expect(page).toHaveTitle(/Datastore/);
});
