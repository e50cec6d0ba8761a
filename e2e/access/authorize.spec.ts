import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, pasteOver, signUp, test } from "@/e2e/fixtures";

const Made = z.object({ id: z.string() });

const make = (page: Page, path: string, data: object) =>
  api(page, { schema: Made, method: "POST", path, data }).then(({ id }) => id);

const editor = (page: Page) => page.getByRole("textbox", { name: "Rule as JSON" });
const aside = (page: Page) => page.getByRole("region", { name: "What it does" });

/** Types, and takes what is offered for it; what was offered for less is still there meanwhile, and takes no click. */
async function take(page: Page, typed: string, offered: RegExp): Promise<void> {
  await page.keyboard.type(typed);
  const list = page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)");
  await list.getByRole("option", { name: offered }).click({ timeout: 20_000 });
}

/** A service that denies by default, and a way to call it. */
async function lockedService(page: Page, slug: string) {
  await signUp(page);
  const { service, key, secret, gatewayUrl } = await callableService(page, { slug, defaultVerdict: "deny" });
  const schema = z.object({ slug: z.string() });
  const workspace = await api(page, { schema, method: "GET", path: "/workspace" });
  const call = async (method: string, path: string, data?: object) => {
    const answer = await page.request.fetch(`${gatewayUrl}/${workspace.slug}/${slug}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}` },
      ...(data === undefined ? {} : { data }),
    });
    return answer.status();
  };
  return { service, key, call };
}

test("a rule is built with completion, fails and passes its test, is simulated, replayed and saved; the matrix, the gateway and the trace follow", async ({
  page,
}) => {
  test.slow();
  const { service, key, call } = await lockedService(page, "payments");
  const large = { when: { body: { amount: { gt: 1_000 } } }, attachments: [{ service: service.slug }] };
  await make(page, "/rules", { name: "large-payments", effect: "deny", mode: "shadow", ...large });
  expect(await call("POST", "/v1/payments", { amount: 40 })).toBe(403);

  await page.goto(`/rules/new?service=${service.slug}`);
  await editor(page).focus();
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await take(page, "{na", /^name/);
  await page.keyboard.type("small-payments");
  await page.keyboard.press("Tab");
  await take(page, ", eff", /^effect/);
  await take(page, "a", /^allow/);
  await take(page, ", wh", /^when/);
  await take(page, "me", /^method/);
  await take(page, "PO", /^POST/);
  await take(page, ", bo", /^body/);
  await page.keyboard.type('"amount": {');
  await take(page, "lt", /^lte/);
  await page.keyboard.type("100");
  await expect(page.locator(".sentence")).toContainText("Allow POST to any path on payments");
  await expect(page.locator(".ed-foot")).toContainText("Valid");
  await expect(page.locator(".ed-foot")).toContainText(/Cost 2 of \d+/);

  await aside(page).getByRole("button", { name: "Add" }).click();
  await expect(page.getByText("0 of 1 pass")).toBeVisible();
  await expect(page.getByText("It expects allow; the rule answers deny.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Save/ })).toHaveAttribute("aria-disabled", "true");
  const body = (amount: number) => ({ method: "POST", path: "/v1/payments", body: { amount } });
  const rule = {
    name: "small-payments",
    effect: "allow",
    when: { method: "POST", body: { amount: { lte: 100 } } },
    tests: [
      { name: "forty", request: body(40), expect: "allow" },
      { name: "a thousand", request: body(1_000), expect: "deny" },
    ],
  };
  await pasteOver(page.locator(".cm-content"), JSON.stringify(rule, null, 2));
  await expect(page.getByText("2 of 2 pass")).toBeVisible();
  await expect(page.locator(".ed-foot")).toContainText("Runs in");

  const simulate = page.getByRole("region", { name: "Simulate" });
  await simulate.getByLabel("Method").selectOption("POST");
  await simulate.getByLabel("Path").fill("/v1/payments");
  await simulate.getByLabel("Credential").selectOption(key.id);
  await simulate.getByText("Headers, query, body, address").click();
  await simulate.getByLabel("Body").fill('{ "amount": 40');
  await expect(simulate).toContainText("This is not JSON");
  await simulate.getByLabel("Body").fill('{ "amount": 40 }');
  await expect(simulate.getByRole("status")).toContainText("Allowed");
  await expect(simulate.getByRole("status")).toContainText("Live: denied");
  await expectAccessible(page, "rule editor, a simulated call");
  await simulate.getByRole("button", { name: "Live" }).click();
  await expect(simulate.getByRole("status")).toContainText("By the default of payments");

  await page.getByRole("button", { name: "Replay first" }).click();
  await expect(page.locator("#replay")).toContainText(/1\s*newly allowed/);
  await page.getByRole("button", { name: /^Add a note/ }).click();
  await page.getByLabel("What changed and why").fill("Small payments need no contract");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+s");
  await page.waitForURL(/\/rules\/rule_/);
  await expect(page.getByText(/small-payments saved as v\d+, applied on 1 node/)).toBeVisible();
  await expect(page.locator(".strip")).toContainText(/on 1 node/);
  await page.getByRole("button", { name: "Versions" }).click();
  await expect(page.getByRole("dialog", { name: "Versions" })).toContainText(
    "Small payments need no contract",
  );

  await page.goto("/matrix");
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: key.name }) });
  await expect(row).toContainText("small-payments");

  expect(await call("POST", "/v1/payments", { amount: 40 })).toBe(200);
  expect(await call("POST", "/v1/payments", { amount: 2_450 })).toBe(403);
  await page.goto("/decisions?verdict=deny");
  await page.getByRole("row").filter({ hasText: "would deny" }).getByRole("link").click();
  const trace = page.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("No allow rule of payments matched");
  await expect(trace).toContainText("body.amountis2450but must be at most100");
  await expect(trace).toContainText("Shadow would deny");
  await expect(trace).toContainText("the gateway");
  await expectAccessible(page, "decisions, a trace of a body");
  await trace.getByRole("link", { name: "Simulate with changes" }).click();
  await page.waitForURL(/simulate=evt_/);
  await expect(page.getByRole("region", { name: "Simulate" })).toContainText("a body");
  await expect(page.getByRole("region", { name: "Simulate" }).getByRole("status")).toContainText("Denied");
});

test("an expression is completed, judged by the API at its place, and holds back a save until it is right", async ({
  page,
}) => {
  await lockedService(page, "orders");
  await page.goto("/rules/new?service=orders");
  await editor(page).focus();
  await expect(page.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type('{ "name": "few", "effect": "allow", "expr": "');
  await take(page, "request.b", /^request\.body/);
  await expect(page.locator(".ed-code")).toContainText('"expr": "request.body"');
  await page.keyboard.type(".nope(");
  await expect(page.locator(".ed-foot .ed-wrong")).toBeVisible();
  await expect(page.locator(".cm-lintRange-error")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Save/ })).toHaveAttribute("aria-disabled", "true");
  const rule = { name: "few", effect: "allow", expr: "request.body.items.all(i, i.qty < 10)" };
  await pasteOver(page.locator(".cm-content"), JSON.stringify(rule, null, 2));
  await expect(page.locator(".ed-foot")).toContainText(/At most [\d,]+ of [\d,]+ steps/);
  await page.getByRole("button", { name: /^Save as/ }).click();
  await expect(page.getByText(/few saved as v\d+/)).toBeVisible();
});

test("what is worth a look stands above the rules, leads to them, and survives a reload", async ({
  page,
}) => {
  const { call } = await lockedService(page, "ledger");
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const attachments = [{ service: "ledger" }];
  const when = { method: "GET" };
  await make(page, "/rules", { name: "may-read", effect: "allow", when, attachments, expiresAt: soon });
  await make(page, "/rules", { name: "no-deletes", effect: "deny", when: { method: "DELETE" }, attachments });
  const narrow = { method: "DELETE", route: "/entries/{id}" };
  await make(page, "/rules", { name: "no-entry-deletes", effect: "deny", when: narrow, attachments });
  expect(await call("GET", "/entries")).toBe(200);
  await expect(async () => {
    await page.goto("/rules");
    const row = page.getByRole("row").filter({ hasText: "may-read" });
    await expect(row.getByRole("link", { name: "1", exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const findings = page.getByRole("navigation", { name: "Findings" });
  await expect(findings).toContainText("1 expires soon");
  await expectAccessible(page, "rules, with findings");
  await findings.getByRole("button", { name: /covered by a broader deny/ }).click();
  await expect(page).toHaveURL(/finding=covered/);
  await page.reload();
  const table = page.getByRole("table", { name: "Findings" });
  await expect(table.getByRole("row").filter({ hasText: "no-entry-deletes" })).toContainText("no-deletes");
  await expect(table).not.toContainText("may-read");
  await expectAccessible(page, "findings");
  await findings.getByRole("button", { name: "All rules" }).click();
  await expect(page.getByRole("link", { name: "may-read" })).toBeVisible();
});

const document = `openapi: 3.1.0
info: { title: Pets, version: "1" }
paths:
  /pets:
    get: { security: [{ oauth: ["read:pets"] }], responses: { "200": { description: ok } } }
    delete: { security: [{ oauth: ["everything"] }], responses: { "200": { description: ok } } }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://id.example/token", scopes: {} } } }
`;

test("required scopes come from an OpenAPI document: seen first, saved with the service, and told in the trace of a refusal", async ({
  page,
}) => {
  const { service, call } = await lockedService(page, "pets");
  await page.goto(`/services/${service.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: /^Edit/ });
  await dialog.getByText("Methods and scopes").click();
  await dialog.getByRole("button", { name: "Read from an OpenAPI document" }).click();
  await dialog.getByLabel("OpenAPI document").fill("openapi: [");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("OpenAPI document").fill(document);
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(dialog.getByRole("status")).toContainText("1 route needs scopes, of 2 operations.");
  await expect(dialog.getByRole("list", { name: "What could not be said as it stands" })).toContainText(
    "DELETE /pets",
  );
  await expectAccessible(page, "service form, a document previewed");
  await dialog.getByRole("button", { name: /^Use these/ }).click();
  await expect(dialog.getByLabel("Required scopes")).toHaveValue("GET /pets read:pets");
  await dialog.getByRole("button", { name: "Save service" }).click();
  await expect(dialog).toBeHidden();
  expect(await call("GET", "/pets")).toBe(403);
  await page.goto("/decisions?service=pets");
  await page.getByRole("row").filter({ hasText: "scope required" }).getByRole("link").click();
  const trace = page.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("lacks a scope that pets asks for on this route");
  await expect(trace).toContainText("GET /petsneedsread:pets");
  await expectAccessible(page, "decisions, refused by the service itself");
});
