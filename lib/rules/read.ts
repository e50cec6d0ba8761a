import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import { readMatches } from "@/lib/rules/findings/matches";
import type { ListedRule, RuleList, RuleListQuery } from "@/lib/rules/findings/schema";
import { findRule, findRules, presentRule } from "@/lib/rules/rulesets/stored-rule";
import type { RuleFilters, StoredRule } from "@/lib/rules/schema";

const list = "rules";
const Position = z.tuple([z.string()]);

/** One rule. Needs `read:rules`. */
export async function readRule(actor: Actor, id: string): Promise<StoredRule> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  return presentRule(await findRule(db(), actor.workspaceId, id));
}

/** The workspace's rules by name. Needs `read:rules`. */
export async function listRules(
  actor: Actor,
  { cursor, limit, include, ...filters }: RuleListQuery,
): Promise<RuleList> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const where = conditions(actor.workspaceId, filters);
  const [after] = cursor === undefined ? [] : Position.parse(decodeCursor(list, cursor));
  const rows = await findRules(db(), {
    where: { AND: [where, after === undefined ? {} : { name: { gt: after } }] },
    take: limit + 1,
  });
  const rules = rows.slice(0, limit).map(presentRule);
  const items = include === "matches" ? await withMatches(actor.workspaceId, rules) : rules;
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: await db().rule.count({ where }),
  };
}

const neverMatched = { matches7d: 0, lastMatchedAt: null };

async function withMatches(workspaceId: string, rules: readonly StoredRule[]): Promise<ListedRule[]> {
  const matches = await readMatches(
    workspaceId,
    rules.map(({ id }) => id),
  );
  return rules.map((rule) => ({ ...rule, matches: matches.get(rule.id) ?? neverMatched }));
}

function conditions(
  workspaceId: string,
  { q, effect, mode, service, credential }: Omit<RuleFilters, "cursor" | "limit">,
) {
  const field = (name: string, value: string | undefined) =>
    value === undefined ? [] : [{ document: { path: [name], equals: value } }];
  const text =
    q === undefined
      ? []
      : [
          {
            OR: [
              { name: { contains: literally(q), mode: "insensitive" as const } },
              {
                document: {
                  path: ["description"],
                  string_contains: literally(q),
                  mode: "insensitive" as const,
                },
              },
            ],
          },
        ];
  const place = {
    ...(service === undefined ? {} : { service: { OR: [{ id: service }, { slug: service }] } }),
    ...(credential === undefined ? {} : { key: { OR: [{ id: credential }, { name: credential }] } }),
  };
  const attached =
    service === undefined && credential === undefined ? [] : [{ attachments: { some: place } }];
  return { workspaceId, AND: [...field("effect", effect), ...field("mode", mode), ...text, ...attached] };
}
