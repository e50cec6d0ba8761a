import { expect } from "@playwright/test";
import { z } from "zod";
import { api, expectAccessible, pasteOver, signUp, test } from "@/e2e/fixtures";

test("a plan is made, says who is on it, and stays while somebody is", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings/plans");
  await expect(page.getByRole("heading", { name: "No plans yet" })).toBeVisible();
  await expectAccessible(page, "plans, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("pro");
  await dialog.getByRole("button", { name: "Add limit" }).click();
  await dialog.getByLabel("Calls, limit default").fill("0");
  await dialog.getByRole("button", { name: "Create plan" }).click();
  await expect(dialog.getByText("Limit 1")).toBeVisible();
  await dialog.getByLabel("Calls, limit default").fill("600");
  await dialog.getByLabel("Quota a month").fill("2,000,000");
  await expectAccessible(page, "plan form");
  await dialog.getByRole("button", { name: "Create plan" }).click();
  await expect(page.getByText("600 a minute")).toBeVisible();
  await api(page, {
    schema: z.unknown(),
    method: "POST",
    path: "/customers",
    data: { name: "Northwind", externalId: "org_42", plan: "pro" },
  });
  await page.getByRole("link", { name: "pro" }).click();
  await expect(page.getByRole("link", { name: "Northwind" })).toBeVisible();
  await expectAccessible(page, "plan");
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menuitem", { name: "Delete plan" })).toContainText("In use by 1 customer.");
  await page.keyboard.press("Escape");
});

const jwk = {
  kty: "EC",
  crv: "P-256",
  kid: "one",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};

test("an issuer is registered with a pasted key, private parts refused, then disabled and deleted", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/settings/issuers");
  await expect(page.getByRole("heading", { name: "No JWT issuers yet" })).toBeVisible();
  await expectAccessible(page, "issuers, none");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Acme ID");
  await dialog.getByLabel("Issuer", { exact: true }).fill("https://id.acme.example");
  await dialog.getByLabel("Audiences").fill("https://api.acme.example");
  await dialog.getByLabel("Pasted here").check();
  await dialog.getByLabel("RS256").uncheck();
  await dialog.getByLabel("ES256").check();
  const editor = dialog.getByRole("textbox", { name: "JWK set" });
  await pasteOver(editor, JSON.stringify({ keys: [{ ...jwk, d: "secret" }] }));
  await dialog.getByRole("button", { name: "Register issuer" }).click();
  await expect(dialog.getByText("Key 1 holds private parts")).toBeVisible();
  await expectAccessible(page, "issuer form, refused");
  await pasteOver(editor, JSON.stringify({ keys: [jwk] }));
  await dialog.getByRole("button", { name: "Register issuer" }).click();

  await expect(page.getByRole("heading", { name: "Acme ID" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Keys of the issuer" })).toContainText("In use");
  await expectAccessible(page, "issuer");
  await page.getByRole("button", { name: "Disable" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Disable issuer" }).click();
  await expect(page.getByText("Its tokens are refused, and not passed to the upstream, until")).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete issuer" }).click();
  await question.getByRole("button", { name: "Delete issuer" }).click();
  await expect(page.getByRole("heading", { name: "No JWT issuers yet" })).toBeVisible();
});

test("an issuer whose keys cannot be read says so and why", async ({ page }) => {
  await signUp(page);
  const made = await api(page, {
    schema: z.object({ id: z.string() }),
    method: "POST",
    path: "/issuers",
    data: {
      name: "Broken",
      issuer: "https://broken.invalid",
      audiences: ["acme"],
      jwksUrl: "https://broken.invalid/jwks",
    },
  });
  await page.goto(`/settings/issuers/${made.id}`);
  await expect(page.getByText("No token of it can be checked now.")).toBeVisible();
  await expectAccessible(page, "issuer, unreadable");
});
