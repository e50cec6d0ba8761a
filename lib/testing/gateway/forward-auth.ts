import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { answerForwardAuth } from "@/lib/gateway/forward-auth/handler";
import type { GatewayPorts } from "@/lib/gateway/ports";
import type { ForwardAuth } from "@/lib/services/schema";
import { keyValue, type RawAnswer, sendRaw, standIns } from "@/lib/testing/gateway/gateway";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

const Problem = z.object({ detail: z.string(), code: z.string().optional() });

/** Her key is known there. */
export const ada = keyValue("ada");
/** What the proxy asks. */
export const forwardAuthPath = "/api/v1/forward-auth?workspace=acme&service=invoices";
const believed = ["127.0.0.0/8"];

/** What differs from a believed nginx and rooms that allow. */
interface Scene {
  settings?: Partial<ForwardAuth>;
  ports?: Partial<GatewayPorts>;
}

/** Forward-auth in front of a private service with rules; the test itself is the proxy. */
export async function forwardAuthScene({ settings = {}, ports: changes = {} }: Scene = {}) {
  const forwardAuth = { enabled: true, dialect: "nginx", callers: believed, ...settings } as const;
  const ruleset = testRuleset(
    [
      { rule: { name: "ada-reads", effect: "allow", when: { method: ["GET"], route: "/v1/{id?}" } } },
      { rule: { name: "ada-writes", effect: "allow", when: { method: ["POST"], route: "/v1" } } },
      {
        rule: {
          name: "small-only",
          effect: "deny",
          when: { method: ["POST"], body: { amount: { gt: 100 } } },
        },
      },
      {
        rule: {
          name: "no-secrets",
          effect: "deny",
          when: { route: "/v1/secret" },
          reason: { code: "SECRET", public: "That is secret." },
        },
      },
      { rule: { name: "no-trials", effect: "deny", when: { header: { "x-tier": "trial" } } } },
      {
        rule: {
          name: "office-only",
          effect: "deny",
          when: { route: "/v1/office" },
          unless: { ip: "203.0.113.7" },
        },
      },
    ],
    [
      testService("invoices", { forwardAuth }),
      testService("open", { forwardAuth, visibility: "public", defaultVerdict: "allow" }),
      testService("closed", { forwardAuth: { ...forwardAuth, enabled: false } }),
      testService("scoped", {
        forwardAuth,
        defaultVerdict: "allow",
        requiredScopes: [{ route: "/**", scopes: ["write:invoices"] }],
      }),
    ],
  );
  const rooms = standIns(ruleset, changes);
  const { ports } = rooms;
  const server = createServer((request, response) => answerForwardAuth({ request, response, ports }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { ...rooms, ask: (asked: Asked = {}) => sendRaw(port, question(asked)) };
}

/** One question of the proxy. */
export interface Asked {
  verb?: string;
  path?: string;
  /** Headers that tell the original request; without them nginx' own for `GET /v1/7`. */
  told?: readonly string[];
  headers?: readonly string[];
  body?: string;
}

/** How nginx tells a request: `GET /v1/7` where nothing else is said. */
export const toldByNginx = (
  changes: { method?: string; uri?: string; host?: string; from?: string } = {},
) => {
  const { method = "GET", uri = "/v1/7", host = "api.test", from = "203.0.113.7" } = changes;
  return [
    `X-Original-Method: ${method}`,
    `X-Original-URI: ${uri}`,
    `X-Original-Host: ${host}`,
    `X-Forwarded-For: ${from}`,
  ];
};

export const withKey = [`Authorization: Bearer ${ada}`];

function question({
  verb = "GET",
  path = forwardAuthPath,
  told = toldByNginx(),
  headers = withKey,
  body = "",
}: Asked) {
  const lines = [`${verb} ${path} HTTP/1.1`, "Host: latchkey.test", ...told, ...headers, "Connection: close"];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** A refusal's problem document. */
export function problemOf(answer: RawAnswer): z.output<typeof Problem> {
  return Problem.parse(JSON.parse(answer.body));
}
