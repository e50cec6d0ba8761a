import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, signUp } from "@/e2e/fixtures";

/** How a journey comes to a page as someone who may see it with something on it: answers the address to open. */
export type Visit = (page: Page) => Promise<string>;

const Issued = z.object({ key: z.object({ id: z.string() }), secret: z.string() });
const Made = z.object({ id: z.string() });

/** For pages that a new owner sees whole. */
const asOwner =
  (address: string): Visit =>
  async (page) => {
    await signUp(page);
    return address;
  };

/** For pages that show keys, services and what was called. */
const withTraffic =
  (address: string): Visit =>
  async (page) => {
    await oneCall(page);
    return address;
  };

const plan = {
  name: "pro",
  description: "For teams",
  quotas: [{ per: "month", limit: 100_000 }],
};

/** For pages that show plans. */
const withPlan =
  (address: string): Visit =>
  async (page) => {
    await signUp(page);
    await api(page, { schema: z.unknown(), method: "POST", path: "/plans", data: plan });
    return address;
  };

/** For pages that show roles. */
const withRole =
  (address: string): Visit =>
  async (page) => {
    await signUp(page);
    const data = { name: "reader", description: "Looks at keys", scopes: ["read:keys"] };
    await api(page, { schema: z.unknown(), method: "POST", path: "/roles", data });
    return address;
  };

const anyone =
  (address: string): Visit =>
  () =>
    Promise.resolve(address);

/** By a page's route on disk. */
const visits: Readonly<Record<string, Visit>> = {
  "/": asOwner("/"),
  "/start": asOwner("/start"),
  "/sign-in": anyone("/sign-in?error=no-email"),
  "/sign-up": anyone("/sign-up"),
  "/forgot": anyone("/forgot"),
  "/reset": anyone("/reset?token=over"),
  "/invitation": invited,
  "/create-workspace": asOwner("/create-workspace"),
  "/overview": withTraffic("/overview?environment=test"),
  "/keys": withTraffic("/keys"),
  "/keys/[id]": async (page) => `/keys/${(await oneCall(page)).keyId}`,
  "/audit": withTraffic("/audit"),
  "/services": async (page) => {
    await oneCall(page);
    const upstream = "http://echo.latchkey.internal/submissions/of/partners/in/every/region";
    const data = { slug: "submissions-of-partners", name: "Submissions of partners", upstream };
    await api(page, { schema: Made, method: "POST", path: "/services", data });
    return "/services";
  },
  "/services/[id]": async (page) => `/services/${(await oneCall(page)).serviceId}`,
  "/rules": async (page) => {
    await oneRule(page);
    return "/rules";
  },
  "/rules/new": asOwner("/rules/new?template=only-get"),
  "/rules/[id]": async (page) => `/rules/${await oneRule(page)}`,
  "/datastore": async (page) => {
    await signUp(page);
    for (const key of ["users/42/settings", "flags"])
      await api(page, {
        schema: z.unknown(),
        method: "PUT",
        path: `/datastore/${encodeURIComponent(key)}?expiresIn=86400`,
        data: { on: true },
      });
    return "/datastore?q=users/";
  },
  "/matrix": async (page) => {
    await oneRule(page);
    const data = { slug: "submissions", upstream: "http://echo.latchkey.internal" };
    await api(page, { schema: Made, method: "POST", path: "/services", data });
    return "/matrix";
  },
  "/decisions": withTraffic("/decisions"),
  "/decisions/[id]": async (page) => `/decisions/${(await oneCall(page)).decisionId}`,
  "/logs": withTraffic("/logs"),
  "/events": withTraffic("/events"),
  "/usage": withTraffic("/usage"),
  "/customers": async (page) => {
    await oneCustomer(page);
    return "/customers";
  },
  "/customers/[id]": async (page) => `/customers/${await oneCustomer(page)}`,
  "/settings": asOwner("/settings"),
  "/settings/plans": withPlan("/settings/plans"),
  "/settings/plans/[name]": withPlan("/settings/plans/pro"),
  "/settings/roles": withRole("/settings/roles"),
  "/settings/roles/[name]": withRole("/settings/roles/reader"),
  "/settings/issuers": async (page) => {
    await oneIssuer(page);
    return "/settings/issuers";
  },
  "/settings/issuers/[id]": async (page) => `/settings/issuers/${await oneIssuer(page)}`,
  "/settings/sinks": asOwner("/settings/sinks"),
  "/settings/members": asOwner("/settings/members"),
  "/settings/account": asOwner("/settings/account"),
  "/docs/problems/[kind]": anyone("/docs/problems/forbidden"),
  "/styleguide": anyone("/styleguide"),
  "/styleguide/shell": anyone("/styleguide/shell"),
};

/** Every page there is, from the files that make them; groups such as `(portal)` are no part of an address. */
export const routes: readonly string[] = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => path.basename(file) === "page.tsx")
  .map((file) => path.dirname(file).split(path.sep))
  .map((places) => `/${places.filter((place) => !/^(\(.*\)|\.)$/.test(place)).join("/")}`)
  .sort();

/** The visit of a page; a page without one fails whoever walks them all. */
export function visitOf(route: string): Visit {
  const visit = visits[route];
  if (visit === undefined)
    throw new Error(
      `No journey visits ${route}. Add a line "${route}": … to the visits in e2e/every-page/visits.ts that makes what the page shows and answers its address.`,
    );
  return visit;
}

/** Visits of pages that are no longer there. */
export const strayVisits: readonly string[] = Object.keys(visits).filter((route) => !routes.includes(route));

/** A signed-up owner with a key that called a service once; its decision is stored. */
export async function oneCall(page: Page) {
  await signUp(page);
  const { service, key, secret, gatewayUrl } = await callableService(page, { slug: "search" });
  const { slug } = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  const called = await page.request.get(`${gatewayUrl}/${slug}/search/hello`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  const decisionId = called.headers()["x-latchkey-decision"] ?? "";
  await expect
    .poll(async () => (await page.request.get(`/api/v1/decisions/${decisionId}`)).status())
    .toBe(200);
  return { serviceId: service.id, keyId: key.id, secret, decisionId };
}

/** A rule attached to a key, whose id is answered. */
export async function oneRule(page: Page): Promise<string> {
  await signUp(page);
  const { key } = await api(page, {
    schema: Issued,
    method: "POST",
    path: "/keys",
    data: { name: "partner-feed" },
  });
  const data = {
    name: "no-deletes",
    effect: "deny",
    when: { method: "DELETE" },
    attachments: [{ credential: key.id }],
  };
  return (await api(page, { schema: Made, method: "POST", path: "/rules", data })).id;
}

/** A customer with a key, whose id is answered. */
async function oneCustomer(page: Page): Promise<string> {
  await signUp(page);
  const data = { externalId: "northwind", name: "Northwind", metadata: { region: "eu-west" } };
  const { id } = await api(page, { schema: Made, method: "POST", path: "/customers", data });
  const key = { name: "northwind-sync", customer: id };
  await api(page, { schema: Issued, method: "POST", path: "/keys", data: key });
  return id;
}

/** An issuer whose keys cannot be fetched, as its page must say; its id is answered. */
async function oneIssuer(page: Page): Promise<string> {
  await signUp(page);
  const data = {
    name: "Okta",
    issuer: "https://login.invalid",
    audiences: ["acme"],
    jwksUrl: "https://login.invalid/jwks",
  };
  return (await api(page, { schema: Made, method: "POST", path: "/issuers", data })).id;
}

/** An invitation that is open, seen by whom it is for. */
async function invited(page: Page): Promise<string> {
  await signUp(page);
  const { link } = await api(page, {
    schema: z.object({ link: z.string() }),
    method: "POST",
    path: "/members/invitations",
    data: { email: `kim-${Date.now().toString(36)}@acme.example`, role: "developer" },
  });
  await page.context().clearCookies();
  const { pathname, search } = new URL(link);
  return pathname + search;
}
