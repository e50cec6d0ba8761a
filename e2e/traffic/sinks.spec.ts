import { expect } from "@playwright/test";
import { expectAccessible, signUp, test } from "@/e2e/fixtures";

test("a sink is created, says why it cannot deliver, is paused, goes on and is deleted", async ({ page }) => {
  test.slow();
  await signUp(page);
  await page.goto("/settings/sinks");
  await expect(page.getByRole("heading", { name: "No sinks yet" })).toBeVisible();
  await expectAccessible(page, "sinks, empty");
  await page.getByRole("button", { name: "Create the first sink" }).click();
  const form = page.getByRole("dialog", { name: "Create sink" });
  await form.getByLabel("Address").fill("meter");
  await form.getByRole("button", { name: "Create sink" }).click();
  await expect(form.getByText(/Must be an http or https address/)).toBeVisible();
  await expectAccessible(page, "create sink, with an error");
  await form.getByLabel("Name").fill("meter");
  await form.getByLabel("Address").fill("https://meter.example/api/v1/events");
  await form.getByLabel("Token").fill("om_secret");
  await form.getByRole("button", { name: "Create sink" }).click();
  await expect(form).toBeHidden();
  await expect(page).toHaveURL(/\/settings\/sinks$/);
  const row = page.locator("tr[data-sink]");
  await expect(row).toContainText("https://meter.example/api/v1/events");
  await expect(page.locator("body")).not.toContainText("om_secret");
  await expectAccessible(page, "sinks");

  const act = async (name: string) => {
    await row.getByRole("button", { name: "What can be done with meter" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  await act("Pause");
  await expect(row).toContainText("Paused");
  await page.reload();
  await expect(row).toContainText("Paused");
  await act("Go on");
  await expect(row).not.toContainText("Paused");
  await act("Send again from");
  const replay = page.getByRole("dialog", { name: "Send meter again" });
  await replay.getByRole("button", { name: "Send again" }).click();
  await expect(replay.getByText("Choose a day and a time.")).toBeVisible();
  await replay.getByRole("button", { name: "Cancel" }).click();
  await act("Delete");
  const ask = page.getByRole("alertdialog", { name: "Delete meter?" });
  await expect(ask.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(ask).toContainText("never delivered");
  await ask.getByRole("button", { name: "Delete sink" }).click();
  await expect(page.getByRole("heading", { name: "No sinks yet" })).toBeVisible();
});
