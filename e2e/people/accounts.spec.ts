import { expect, test, type BrowserContext, type Page } from "@playwright/test";

const password = "brass and nickel";
const nextPassword = "steel and blued steel";

function freshPerson() {
  const name = `E2E ${Math.random().toString(36).slice(2, 10)}`;
  return { workspaceName: name, email: `${name.toLowerCase().replace(" ", "-")}@example.com` };
}

async function signUp(page: Page, { workspaceName, email }: ReturnType<typeof freshPerson>): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Workspace").fill(workspaceName);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.waitForURL("**/start");
}

async function signIn(page: Page, given: { email: string; password: string }): Promise<void> {
  await page.getByLabel("Email").fill(given.email);
  await page.getByLabel("Password", { exact: true }).fill(given.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signOut(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: /latchkey-session$/ });
}

test("someone signs up, signs out, is refused with a wrong password, and gets back to the page they wanted", async ({
  page,
}) => {
  const person = freshPerson();
  await signUp(page, person);
  await page.goto("/keys");
  await page.getByRole("button", { name: new RegExp(person.email) }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in**");
  await page.goto("/services");
  await page.waitForURL("**/sign-in?next=%2Fservices");
  await signIn(page, { email: person.email, password: "not this one" });
  await expect(page.getByText("Email or password is wrong.")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await signIn(page, { email: person.email, password });
  await page.waitForURL("**/services");
});

test("a changed password ends the session of every other browser, and this one stays", async ({
  page,
  browser,
  baseURL,
}) => {
  const person = freshPerson();
  await signUp(page, person);
  const elsewhere = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await elsewhere.newPage();
  await other.goto("/sign-in");
  await signIn(other, { email: person.email, password });
  await other.waitForURL("**/overview");

  await page.goto("/settings/account");
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill(nextPassword);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Every other session was ended")).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/settings\/account$/);
  await other.goto("/keys");
  await other.waitForURL("**/sign-in?next=%2Fkeys");
  await signIn(other, { email: person.email, password });
  await expect(other.getByText("Email or password is wrong.")).toBeVisible();
  await signIn(other, { email: person.email, password: nextPassword });
  await other.waitForURL("**/keys");
  await elsewhere.close();
});

test("an invited person chooses a password and joins; removed, they are out at once", async ({
  page,
  browser,
  baseURL,
}) => {
  const [owner, guest] = [freshPerson(), freshPerson()];
  await signUp(page, owner);
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill(guest.email);
  await dialog.getByRole("button", { name: "Invite" }).click();
  const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Pending invitations" })).toContainText(guest.email);

  const elsewhere = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await elsewhere.newPage();
  await other.goto(new URL(link).pathname + new URL(link).search);
  await expect(other.getByRole("heading", { name: `Join ${owner.workspaceName}` })).toBeVisible();
  await other.getByLabel("Password", { exact: true }).fill(password);
  await other.getByRole("button", { name: "Accept" }).click();
  await other.waitForURL("**/overview");

  await page.reload();
  const row = page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: guest.email });
  await row.getByRole("button", { name: "Remove" }).click();
  await page
    .getByRole("alertdialog")
    .getByRole("button", { name: /^Remove/ })
    .click();
  await expect(page.getByText(`${guest.email} removed. Their sessions are ended.`)).toBeVisible();
  await expect(row).toHaveCount(0);
  await other.goto("/keys");
  await other.waitForURL("**/sign-in**");
  await elsewhere.close();
});

test("errors stand beside their fields, in words, and what was typed stays", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByLabel("Workspace").fill("API");
  await page.getByLabel("Email").fill("nobody");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByText("Must be an email address such as dana@acme.example.")).toBeVisible();
  await expect(page.getByText("Must have at least 10 characters.")).toBeVisible();
  await expect(page.getByLabel("Email")).toBeFocused();
  await page.getByLabel("Email").fill(freshPerson().email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page.getByText("Is a name that Latchkey uses itself.")).toBeVisible();
  await expect(page.getByLabel("Workspace")).toHaveValue("API");
});

test("after signing in nobody is sent to another origin", async ({ page, context, baseURL }) => {
  const person = freshPerson();
  await signUp(page, person);
  for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
    await signOut(context);
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, { email: person.email, password });
    await page.waitForURL("**/overview");
    expect(new URL(page.url()).origin).toBe(new URL(baseURL ?? "").origin);
  }
});

test("no page before the portal breaks its own Content-Security-Policy", async ({ page }) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) violations.push(message.text());
  });
  for (const path of ["/sign-in", "/sign-up", "/forgot", "/reset?token=x", "/invitation?token=x"]) {
    const answer = await page.goto(path);
    expect(answer?.headers()["content-security-policy"]).toMatch(
      /script-src 'self' 'nonce-[^']+' 'strict-dynamic'/,
    );
    await page.getByRole("button", { name: "Switch theme" }).click();
  }
  expect(violations).toEqual([]);
});
