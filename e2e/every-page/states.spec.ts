import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { oneCall, oneRule } from "@/e2e/every-page/visits";

const Made = z.object({ id: z.string() });

/** Answers every call of an API path as a failing server would, until told to stop. */
async function fail(page: Page, path: string): Promise<() => Promise<void>> {
  const pattern = new RegExp(`/api/v1${path}(\\?|$)`);
  await page.route(pattern, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "/docs/problems/internal",
        title: "Something failed",
        status: 500,
        detail: "The server failed and wrote it down.",
        instance: "req_planted",
      }),
    }),
  );
  return () => page.unroute(pattern);
}

/** A failure is said with its id, what still works stands beside it, and Try again brings the list back. */
async function expectRetry(page: Page, { things, api: path }: { things: string; api: string }) {
  const stop = await fail(page, path);
  return {
    async judge(shown: () => Promise<void>) {
      const alert = page.getByRole("alert").filter({ hasText: `${things} could not be loaded` });
      await expect(alert).toContainText("The server failed and wrote it down.");
      await expect(alert).toContainText("req_planted");
      await expectAccessible(page, `${things}, failed`);
      await stop();
      await alert.getByRole("button", { name: "Try again" }).click();
      await shown();
      await expect(alert).toHaveCount(0);
    },
  };
}

test("keys that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await oneCall(page);
  await page.goto("/keys");
  const failure = await expectRetry(page, { things: "Keys", api: "/keys" });
  await page.getByLabel("Search keys").fill("caller");
  await failure.judge(() => expect(page.getByRole("link", { name: "caller-of-search" })).toBeVisible());
});

test("services that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await oneCall(page);
  await page.goto("/services");
  const failure = await expectRetry(page, { things: "Services", api: "/services" });
  await page.getByLabel("Search services").fill("sea");
  await page.keyboard.press("Enter");
  await failure.judge(() => expect(page.getByRole("link", { name: "search" })).toBeVisible());
});

test("rules that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await oneRule(page);
  await page.goto("/rules");
  const failure = await expectRetry(page, { things: "Rules", api: "/rules" });
  await page.getByLabel("Search rules").fill("no-");
  await page.keyboard.press("Enter");
  await failure.judge(() => expect(page.getByRole("link", { name: "no-deletes" })).toBeVisible());
});

test("decisions that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await oneCall(page);
  await page.goto("/decisions");
  const failure = await expectRetry(page, { things: "Decisions", api: "/decisions" });
  await page.getByRole("button", { name: "History" }).click();
  await failure.judge(() =>
    expect(page.getByRole("row").filter({ hasText: "/hello" }).first()).toBeVisible(),
  );
});

test("events that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await signUp(page);
  await page.goto("/events");
  const failure = await expectRetry(page, { things: "Events", api: "/events" });
  await page.getByRole("button", { name: "Type" }).click();
  await page.getByRole("menuitem", { name: "workspace" }).click();
  await failure.judge(() =>
    expect(page.getByRole("row").filter({ hasText: "workspace.create" })).toBeVisible(),
  );
});

test("log lines that cannot be loaded are said to be so, and Try again finds them", async ({ page }) => {
  await signUp(page);
  await writeLine(page, "Card declined");
  await page.goto("/logs");
  const failure = await expectRetry(page, { things: "Logs", api: "/logs" });
  await page.getByLabel("Search messages").fill("declined");
  await page.keyboard.press("Enter");
  await failure.judge(() => expect(page.getByRole("row").filter({ hasText: "Card declined" })).toBeVisible());
});

test("a trail that cannot be loaded is said to be so, and Try again finds it", async ({ page }) => {
  await signUp(page);
  await page.goto("/audit");
  const failure = await expectRetry(page, { things: "The trail", api: "/audit" });
  await page.getByLabel("Filter the trail").fill("workspace.create");
  await page.keyboard.press("Enter");
  await failure.judge(() =>
    expect(page.getByRole("row").filter({ hasText: "workspace.create" })).toBeVisible(),
  );
});

test("a chain that cannot be verified is said to be so beside how far it was, and one that is broken says where", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/audit");
  await expect(page.getByText(/Verified to entry \d/)).toBeVisible({ timeout: 20_000 });
  const stop = await fail(page, "/audit/verify");
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText("The chain was not verified.")).toBeVisible();
  await expect(page.getByText(/Verified to entry \d/)).toBeVisible();
  await expectAccessible(page, "audit, not verified");
  await stop();
  await page.route(/\/api\/v1\/audit\/verify/, async (route) => {
    const answer = await route.fetch();
    const broken = {
      position: 1,
      until: 3,
      id: null,
      kind: "missing",
      message: "These places have no entry.",
    };
    const whole: unknown = await answer.json();
    await route.fulfill({
      response: answer,
      json: { ...z.record(z.string(), z.unknown()).parse(whole), ok: false, head: null, problems: [broken] },
    });
  });
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByText("The chain is not as it was written")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Places 1–3" })).toContainText("have no entry");
  await expectAccessible(page, "audit, broken");
});

test("values that cannot be loaded are said to be so, by key and by time, and Try again finds them", async ({
  page,
}) => {
  await signUp(page);
  await api(page, { schema: z.unknown(), method: "PUT", path: "/datastore/flags", data: { on: true } });
  await page.goto("/datastore");
  const failure = await expectRetry(page, { things: "Values", api: "/datastore" });
  await page.getByLabel("Keys that begin with").fill("fl");
  await failure.judge(() => expect(page.getByRole("link", { name: "flags" })).toBeVisible());
  const again = await expectRetry(page, { things: "Values", api: "/recent-values" });
  await page.getByRole("button", { name: "Recent" }).click();
  await again.judge(() => expect(page.getByRole("link", { name: "flags" })).toBeVisible());
});

test("a prefix that no key has offers the way back", async ({ page }) => {
  await signUp(page);
  await api(page, { schema: z.unknown(), method: "PUT", path: "/datastore/flags", data: { on: true } });
  await page.goto("/datastore?q=nothing");
  await expect(page.getByRole("heading", { name: "No key begins with “nothing”" })).toBeVisible();
  await expectAccessible(page, "datastore, no match");
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(page.getByRole("link", { name: "flags" })).toBeVisible();
});

test("an overview that cannot be loaded is said to be so, and Try again finds it", async ({ page }) => {
  await oneCall(page);
  await page.goto("/overview?environment=test");
  const failure = await expectRetry(page, { things: "The overview", api: "/overview" });
  await page.getByRole("group", { name: "Range" }).getByRole("button", { name: "30 d" }).click();
  await page.getByRole("group", { name: "Range" }).getByRole("button", { name: "24 h" }).click();
  await failure.judge(() => expect(page.getByRole("table", { name: "Top keys" })).toBeVisible());
});

test("rules: nothing yet offers a way to begin, and a search without a match offers the way back", async ({
  page,
}) => {
  await signUp(page);
  await page.goto("/rules");
  await expect(page.getByRole("heading", { name: "No rules yet" })).toBeVisible();
  await expectAccessible(page, "rules, none");
  await oneRule(page);
  await page.goto("/rules?q=nothing-like-it");
  await expect(page.getByRole("heading", { name: "No rule matches" })).toBeVisible();
  await expectAccessible(page, "rules, no match");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("link", { name: "no-deletes" })).toBeVisible();
});

test("a filter that has nothing to choose from yet says so, and is no empty menu", async ({ page }) => {
  await signUp(page);
  await page.goto("/decisions");
  await page.getByRole("button", { name: "Rule", exact: true }).click();
  const line = page.getByRole("menuitem", { name: "Nothing to choose none yet" });
  await expect(line).toBeVisible();
  await expect(line).toBeDisabled();
});

test("history: nothing yet leads to a first call", async ({ page }) => {
  await signUp(page);
  await page.goto("/decisions?view=history");
  await expect(page.getByRole("heading", { name: "No decisions yet" })).toBeVisible();
  await expectAccessible(page, "history, none");
  await page.getByRole("link", { name: "Make a first call" }).click();
  await expect(page).toHaveURL(/\/start$/);
});

test("a live stream that is lost says so, comes back by itself, and misses nothing", async ({ page }) => {
  const { secret, address } = await reachable(page);
  await page.route("**/api/v1/decisions/stream*", (route) => route.abort());
  await page.goto("/decisions");
  await expect(page.getByText("Reconnecting").first()).toBeVisible();
  await expect(page.getByText("are kept and will be filled in.")).toBeVisible();
  await expectAccessible(page, "decisions, stream lost");
  await page.request.get(`${address}/meanwhile`, { headers: { authorization: `Bearer ${secret}` } });
  await expect(page.getByRole("row").filter({ hasText: "/meanwhile" })).toHaveCount(0);
  await page.unroute("**/api/v1/decisions/stream*");
  await expect(page.getByRole("row").filter({ hasText: "/meanwhile" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Reconnecting")).toHaveCount(0);
});

test("a live stream that is refused says why, and what is stored stays", async ({ page }) => {
  await oneCall(page);
  await page.route("**/api/v1/decisions/stream*", (route) =>
    route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({ type: "x/forbidden", title: "No", status: 403, detail: "Not any more." }),
    }),
  );
  await page.goto("/decisions");
  await expect(page.getByText("The live stream was refused. Not any more.")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "/hello" })).toBeVisible();
  await expectAccessible(page, "decisions, stream refused");
});

/** What streams, where, and something that comes with `name` while its stream is lost. */
const streams = [
  {
    path: "/events",
    things: "events",
    happen: (page: Page, name: string) =>
      api(page, { schema: z.unknown(), method: "PUT", path: `/datastore/${name}`, data: 1 }),
  },
  { path: "/logs", things: "lines", happen: (page: Page, name: string) => writeLine(page, name) },
];

for (const { path, things, happen } of streams) {
  test(`${path}: a live stream that is lost says what is kept, comes back by itself, and misses nothing`, async ({
    page,
  }) => {
    await signUp(page);
    await happen(page, "before");
    await page.route(`**/api/v1${path}/stream*`, (route) => route.abort());
    await page.goto(path);
    await expect(page.getByRole("row").filter({ hasText: "before" })).toBeVisible();
    await expect(page.getByText("Reconnecting").first()).toBeVisible();
    await expect(page.getByText(`New ${things} since`)).toBeVisible();
    await expectAccessible(page, `${path}, stream lost`);
    await happen(page, "meanwhile");
    await expect(page.getByRole("row").filter({ hasText: "meanwhile" })).toHaveCount(0);
    await page.unroute(`**/api/v1${path}/stream*`);
    await expect(page.getByRole("row").filter({ hasText: "meanwhile" })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("Reconnecting")).toHaveCount(0);
  });

  test(`${path}: a live stream that is refused says why, and what is stored stays`, async ({ page }) => {
    await signUp(page);
    await happen(page, "before");
    await page.route(`**/api/v1${path}/stream*`, (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({ type: "x/forbidden", title: "No", status: 403, detail: "Not any more." }),
      }),
    );
    await page.goto(path);
    await expect(page.getByText("The live stream was refused. Not any more.")).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "before" })).toBeVisible();
    await expectAccessible(page, `${path}, stream refused`);
  });
}

test("deleting asks first with Cancel focused, and says what was used last: a service, a rule, a key", async ({
  page,
}) => {
  test.slow();
  const { serviceId, keyId } = await oneCall(page);
  const rule = {
    name: "gate",
    effect: "deny",
    when: { method: "PUT" },
    attachments: [{ service: "search" }],
  };
  const { id: ruleId } = await api(page, { schema: Made, method: "POST", path: "/rules", data: rule });
  const question = page.getByRole("alertdialog");

  await page.goto(`/services/${serviceId}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete service" }).click();
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText(/called .*(ago|now)/);
  await expect(question).toContainText("One rule loses a place: gate.");
  await expectAccessible(page, "delete a service");
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);

  await page.goto(`/rules/${ruleId}`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete rule" }).click();
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText("has decided no call");
  await expectAccessible(page, "delete a rule");
  await page.keyboard.press("Escape");
  await expect(question).toHaveCount(0);

  await page.goto(`/keys/${keyId}`);
  await page.getByRole("button", { name: /^Revoke/ }).click();
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(question).toContainText(/used .*(ago|now)/);
  await expectAccessible(page, "revoke a key");
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Revoke/ })).toBeFocused();
});

test("with reduced motion nothing moves: no transition and no animation lasts", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await oneCall(page);
  await page.goto("/keys?create=key");
  await expect(page.getByRole("dialog", { name: "Create key" })).toBeVisible();
  expect(await moving(page), "create key").toEqual([]);
  for (const path of ["/decisions", "/overview?environment=test", "/rules/new"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await moving(page), path).toEqual([]);
  }
});

/** Writes one line to the log. */
function writeLine(page: Page, message: string) {
  return api(page, { schema: z.unknown(), method: "POST", path: "/logs", data: { message } });
}

/** Parts whose style would move them for longer than an instant. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seconds = (list: string) => Math.max(...list.split(",").map((one) => Number.parseFloat(one)));
    return [...document.querySelectorAll("*")]
      .filter((element) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
        const animates = animationName !== "none" && seconds(animationDuration) > 0.001;
        return animates || seconds(transitionDuration) > 0.001;
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`);
  });
}

/** A service that answers by itself, its address, and the secret of a key that may call it. */
async function reachable(page: Page) {
  await signUp(page);
  const { secret, gatewayUrl } = await callableService(page, { slug: "search" });
  const { slug } = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  return { secret, address: `${gatewayUrl}/${slug}/search` };
}
