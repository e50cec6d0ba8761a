import { describe, expect, it } from "vitest";
import { ruleSentence } from "@/lib/rules/sentence";
import { Rule, type Attachment } from "@/lib/rules/schema";

function spoken(rule: object, attachments: Attachment[] = [{}]): string {
  return ruleSentence(Rule.parse({ name: "a", effect: "allow", ...rule }), attachments)
    .map((part) => ("mark" in part ? `[${part.mark}]` : part.text))
    .join("");
}

describe("a rule in one sentence", () => {
  it("says who may call what, unless, and until when", () => {
    const rule = {
      when: {
        method: ["POST"],
        route: "/v1/payments/{id?}",
        credential: {
          "metadata.plan": { in: ["pro", "enterprise"] },
          scopes: { contains: "write:payments" },
        },
      },
      unless: { credential: { environment: "test" } },
      expiresAt: "2027-01-01T00:00:00Z",
    };
    expect(spoken(rule, [{ service: "payments" }])).toBe(
      "Allow [POST] to [/v1/payments/{id?}] on [payments] when it holds [write:payments] and the key's plan is [pro or enterprise], " +
        "unless the key is a [test key]. Stops on [1 Jan 2027].",
    );
  });

  it.each<[object, Attachment[], string]>([
    [{}, [{}], "Allow every call to any path on [every service]."],
    [
      { effect: "deny", mode: "shadow" },
      [],
      "Deny every call to any path, attached nowhere yet. Watched in shadow, not enforced.",
    ],
    [
      { mode: "off" },
      [{ service: "a" }, { service: "b", credential: "key_1", credentialName: "ada" }],
      "Allow every call to any path on [a] and [b] for [ada]. Switched off.",
    ],
    [
      { when: { method: ["GET", "PUT", "POST"] } },
      [{ credential: "key_1" }],
      "Allow [GET], [PUT] or [POST] to any path on every service for [key_1].",
    ],
    [
      { when: { any: [{ method: "GET" }, { credential: { "metadata.size": { gte: 2, lt: 5 } } }] } },
      [{}],
      "Allow every call to any path on [every service] when either the method is [GET] or the key's size is at least [2] and is below [5].",
    ],
    [
      { effect: "deny", when: { not: { credential: { roles: "admin" } } } },
      [{}],
      "Deny every call to any path on [every service] when it is not so that every role of the key is [admin].",
    ],
    [
      { when: { route: { regex: "/a.*" } } },
      [{}],
      "Allow every call to paths matching [/a.*] on [every service].",
    ],
    [
      { when: { credential: { customer: { exists: false } } } },
      [{}],
      "Allow every call to any path on [every service] when the key's customer is not set.",
    ],
    [
      {
        effect: "deny",
        when: {
          header: { "content-type": { mediaType: ["text/*", "image/png"] } },
          query: { dry_run: { exists: false } },
          body: { schema: { type: "object" }, "items.price": { gt: 100 }, fields: { schema: "v1" } },
          ip: { cidr: ["10.0.0.0/8"] },
        },
      },
      [{}],
      "Deny every call to any path on [every service] when the header [content-type] is of type [text/* or image/png], " +
        "the query parameter [dry_run] is not set, the body's [items.price] is above [100], the body's [schema] is [v1], " +
        "the body fits its schema and the address is in [10.0.0.0/8].",
    ],
    [
      { when: { subject: { "properties.role": { in: ["admin", "editor"] } }, action: { name: "edit" } } },
      [{}],
      "Allow every call to any path on [every service] when the subject's [properties.role] is [admin or editor] and the action's [name] is [edit].",
    ],
    [
      { unless: { ip: ["10.0.0.0/8", "::1"] }, expr: "request.body.items.all(i,\n  i.qty < 10)" },
      [{}],
      "Allow every call to any path on [every service] when [request.body.items.all(i, i.qty < 10)] holds, unless the address is in [10.0.0.0/8 or ::1].",
    ],
  ])("%j", (rule, attachments, expected) => {
    expect(spoken(rule, attachments)).toBe(expected);
  });

  it("opens with the effect and marks code as code", () => {
    const parts = ruleSentence(Rule.parse({ name: "a", effect: "deny", when: { route: "/a" } }), [{}]);
    expect(parts[0]).toEqual({ effect: "deny", text: "Deny" });
    expect(parts).toContainEqual({ mark: "/a", mono: true });
  });
});
