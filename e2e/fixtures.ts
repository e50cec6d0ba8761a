import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type APIRequestContext, type Locator, type Page } from "@playwright/test";
import { z } from "zod";

const SignedUp = z.object({
  userId: z.string(),
  email: z.string(),
  workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
});

/** A fresh workspace and its owner, who is signed in. */
export interface Owner extends z.output<typeof SignedUp> {
  password: string;
}

let made = 0;

/** Signs up a new owner of a new workspace in the page's browser context. */
export async function signUp(page: Page): Promise<Owner> {
  made += 1;
  const tag = `${Date.now().toString(36)}${process.pid}x${made}`;
  const password = `lock-${tag}-and-key`;
  const answer = await page.request.post("/api/v1/account/sign-up", {
    headers: { origin: originOf(page) },
    data: { email: `dana-${tag}@acme.example`, password, workspaceName: `Acme ${tag}` },
  });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return { ...SignedUp.parse(await answer.json()), password };
}

const origins = new WeakMap<Page, string>();

function originOf(page: Page): string {
  return origins.get(page) ?? "";
}

/** Calls the API as the person signed in to the page, and answers the parsed body. */
export async function api<Schema extends z.ZodType>(
  page: Page,
  { schema, method, path, data }: { schema: Schema; method: string; path: string; data?: unknown },
): Promise<z.output<Schema>> {
  const request: APIRequestContext = page.request;
  const answer = await request.fetch(`/api/v1${path}`, {
    method,
    headers: { origin: originOf(page) },
    ...(data === undefined ? {} : { data }),
  });
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
  return schema.parse(await answer.json());
}

const MadeService = z.object({ id: z.string(), slug: z.string() });
const MadeKey = z.object({ key: z.object({ id: z.string(), name: z.string() }), secret: z.string() });

/** A service that Latchkey answers itself, and a key that may call it. */
export async function callableService(
  page: Page,
  { slug, defaultVerdict = "allow" }: { slug: string; defaultVerdict?: "allow" | "deny" },
) {
  const data = {
    slug,
    name: slug,
    upstream: "http://echo.latchkey.internal",
    visibility: "private",
    defaultVerdict,
  };
  const service = await api(page, { schema: MadeService, method: "POST", path: "/services", data });
  const issued = await api(page, {
    schema: MadeKey,
    method: "POST",
    path: "/keys",
    data: { name: `caller-of-${slug}`, environment: "test", scopes: ["invoke:services"] },
  });
  const { gatewayUrl } = await api(page, {
    schema: z.object({ gatewayUrl: z.string() }),
    method: "POST",
    path: "/account/start",
  });
  return { service, key: issued.key, secret: issued.secret, gatewayUrl };
}

/** Pastes text over all that an editor holds, as a person would. */
export async function pasteOver(editor: Locator, text: string): Promise<void> {
  await editor.press("ControlOrMeta+a");
  await editor.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Fails when axe finds anything in either theme, at 1440 and at 390 px. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  // A toast that fades while it is judged has no colour of its own.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const theme of ["light", "dark"] as const)
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate((chosen) => {
        document.documentElement.dataset.theme = chosen;
      }, theme);
      await page.waitForFunction(() =>
        document
          .getAnimations()
          .every(
            (animation) =>
              animation.playState !== "running" || animation.effect?.getTiming().iterations === Infinity,
          ),
      );
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
      );
      expect(found, `${name}, ${theme}, ${width} px`).toEqual([]);
    }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ reducedMotion: null });
}

/** Waits until the page answers to keys and clicks: its heading is React's, and what their effects began is done. */
async function untilAlive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isAlive = (element: Element) =>
      Object.keys(element).some((name) => name.startsWith("__reactFiber$"));
    const isRendered = document.querySelector('script[src*="/_next/"]') !== null;
    return !isRendered || [...document.querySelectorAll("h1")].every(isAlive);
  });
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5_000 })));
}

/** Pages know their origin, for writes that must not look foreign, and are alive once they are opened; any error that a page throws fails its test. */
export const test = base.extend<{ quiet: undefined }>({
  page: async ({ page, baseURL }, use) => {
    if (baseURL !== undefined) origins.set(page, new URL(baseURL).origin);
    const { goto, reload } = page;
    page.goto = async (...where) => {
      const answer = await goto.apply(page, where);
      await untilAlive(page);
      return answer;
    };
    page.reload = async (...how) => {
      const answer = await reload.apply(page, how);
      await untilAlive(page);
      return answer;
    };
    await use(page);
  },
  quiet: [
    async ({ page }, use) => {
      const thrown: string[] = [];
      page.on("pageerror", (error) => thrown.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" && message.text().includes("Content Security Policy"))
          thrown.push(message.text());
      });
      await use(undefined);
      expect(thrown).toEqual([]);
    },
    { auto: true },
  ],
});
