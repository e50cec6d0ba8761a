import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { copiedHeaders } from "@/lib/gateway/forward-auth/answer";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const Example = z.object({
  http: z.object({
    routers: z.object({ invoices: z.object({ service: z.string(), middlewares: z.array(z.string()) }) }),
    middlewares: z.object({
      latchkey: z.object({
        forwardAuth: z.object({
          address: z.url(),
          trustForwardHeader: z.literal(false),
          authResponseHeaders: z.array(z.string()),
          forwardBody: z.boolean(),
          maxBodySize: z.number(),
        }),
      }),
      "without-key": z.object({
        headers: z.object({ customRequestHeaders: z.record(z.string(), z.literal("")) }),
      }),
    }),
    services: z.record(z.string(), z.unknown()),
  }),
});
const example = Example.parse(parse(readFileSync("docs/guides/forward-auth/traefik.yml", "utf8"))).http;
const settings = example.middlewares.latchkey.forwardAuth;

/** A request as Traefik gets it. */
interface Original {
  method?: string;
  uri?: string;
  headers?: Record<string, string>;
  body?: string;
}

let address: URL;
let secret: string;
let keyId: string;

beforeAll(async () => {
  const { system, slug } = await createTestWorkspace();
  const ask = apiClient((await issueKey(system, { scopes: ["platform:*", "*:*"] })).secret);
  const forwardAuth = { enabled: true, dialect: "traefik", callers: ["127.0.0.1/32"] };
  const service = { slug: "invoices", upstream: "http://127.0.0.1:9", defaultVerdict: "allow", forwardAuth };
  expect(await ask("POST", "/services", service)).toMatchObject({ status: 201 });
  for (const rule of [
    { name: "no-admin", when: { route: "/admin/**" } },
    { name: "small-only", when: { method: ["POST"], body: { amount: { gt: 100 } } } },
  ])
    expect(await ask("POST", "/rules", { ...rule, effect: "deny" })).toMatchObject({ status: 201 });
  const issued = await issueKey(system, { scopes: ["read:invoices"] });
  [secret, keyId] = [issued.secret, issued.key.id];
  const { pathname, search } = new URL(settings.address.replace("workspace=acme", `workspace=${slug}`));
  address = new URL(`${pathname}${search}`, inject("apiOrigin"));
});

/**
 * Traefik's question as its documentation has it (ForwardAuth, "Forward-Request Headers"; `trustForwardHeader` off): a
 * GET with the original's headers, and five that it sets itself. With `forwardBody` the body goes along.
 */
function askLikeTraefik({ method = "GET", uri = "/", headers = {}, body }: Original): Promise<Response> {
  const forwarded = {
    "X-Forwarded-Method": method,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "api.example.com",
    "X-Forwarded-Uri": uri,
    "X-Forwarded-For": "198.51.100.4",
  };
  return fetch(address, {
    // Traefik asks with GET even where a body goes along, which `fetch` does not send; any verb is answered alike.
    method: body === undefined ? "GET" : "POST",
    headers: { "x-api-key": secret, ...headers, ...forwarded },
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
  });
}

describe("Traefik's documented headers", () => {
  it("get a call through, with the headers that the example copies", async () => {
    const answer = await askLikeTraefik({ uri: "/v1/7?a=1" });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("x-latchkey-key-id")).toBe(keyId);
    const copied = settings.authResponseHeaders.map((name) => name.toLowerCase());
    expect(copied).toEqual([...copiedHeaders]);
    const said = [...answer.headers.keys()].filter((name) => name.startsWith("x-latchkey-"));
    expect(said.filter((name) => !copied.includes(name))).toEqual(["x-latchkey-uri"]);
  });

  it("are what is judged: method, address and key", async () => {
    expect((await askLikeTraefik({ uri: "/admin/keys" })).status).toBe(403);
    expect((await askLikeTraefik({ uri: "//admin/keys" })).status).toBe(400);
    expect((await askLikeTraefik({ method: "TRACE" })).status).toBe(400);
    const without = await askLikeTraefik({ headers: { "x-api-key": "" } });
    expect([without.status, without.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="latchkey"',
    ]);
    expect(without.headers.get("location")).toBeNull();
  });

  it("with forwardBody let rules read bodies, and without a body they deny", async () => {
    const json = (amount: number) => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ amount }),
    });
    expect(settings).toMatchObject({ forwardBody: true, maxBodySize: 1_048_576 });
    expect((await askLikeTraefik(json(7))).status).toBe(204);
    expect((await askLikeTraefik(json(700))).status).toBe(403);
    expect((await askLikeTraefik({ method: "POST" })).status).toBe(403);
  });
});

it("Traefik's example is whole: its names meet, and the key goes no further", () => {
  const { routers, middlewares, services } = example;
  expect(routers.invoices.middlewares.filter((name) => !(name in middlewares))).toEqual([]);
  expect(services).toHaveProperty(routers.invoices.service);
  const removed = Object.keys(middlewares["without-key"].headers.customRequestHeaders);
  expect(removed).toEqual(["X-Api-Key", "Hookio-Private-Key"]);
});
