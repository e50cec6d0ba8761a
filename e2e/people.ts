import { type Browser, expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api } from "@/e2e/fixtures";

const Sent = z.object({ link: z.string() });

let made = 0;

/**
 * Invites someone as the owner signed in to `page`, lets them join through the link in a browser of their own, and
 * answers their page; `customer` names the side they join.
 */
export async function join(
  page: Page,
  { browser, role, customer = null }: { browser: Browser; role: string; customer?: string | null },
): Promise<Page> {
  made += 1;
  const email = `kim-${Date.now().toString(36)}${process.pid}x${made}@acme.example`;
  const { link } = await api(page, {
    schema: Sent,
    method: "POST",
    path: "/members/invitations",
    data: { email, role, customer },
  });
  const { origin, pathname, search } = new URL(link);
  const theirs = await (await browser.newContext({ baseURL: origin })).newPage();
  await theirs.goto(pathname + search);
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText("Join");
  await theirs.getByLabel("Password", { exact: true }).fill("brass and nickel");
  await theirs.getByRole("button", { name: "Accept" }).click();
  await theirs.waitForURL("**/overview");
  return theirs;
}
