import { expect } from "@playwright/test";
import { api, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { z } from "zod";

/** Pages that no other journey judges. */
test("signing in and what leads there: axe finds nothing", async ({ page }) => {
  test.slow();
  for (const path of ["/sign-in", "/sign-up", "/forgot", "/reset?token=none", "/invitation?token=none"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page, path);
  }
});

test("a sign-up with errors beside its fields: axe finds nothing", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByText("Must have at least 10 characters.")).toBeVisible();
  await expectAccessible(page, "sign-up, errors");
});

test("settings, further workspaces, the first call and problem pages: axe finds nothing", async ({
  page,
}) => {
  test.slow();
  await signUp(page);
  const data = { email: "kim@acme.example", role: "developer" };
  await api(page, { schema: z.unknown(), method: "POST", path: "/members/invitations", data });
  const paths = [
    "/start",
    "/settings",
    "/settings/members",
    "/settings/account",
    "/create-workspace",
    "/docs/problems/forbidden",
    "/nowhere",
  ];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page, path);
  }
});
