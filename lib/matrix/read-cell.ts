import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { sql } from "@/lib/db/client";
import { anonymousRow, readKeys, type CredentialRow } from "@/lib/matrix/credentials";
import {
  judgeRow,
  presentCell,
  presentRule,
  type MatrixColumn,
  type PlacedRule,
  type RuleBook,
} from "@/lib/matrix/judge-cells";
import { presentService } from "@/lib/matrix/read-matrix";
import { readRuleBook } from "@/lib/matrix/rule-book";
import type { CellDetail, CellQuery, MatrixCell } from "@/lib/matrix/schema";

interface FoundCell {
  book: RuleBook;
  from: CredentialRow;
  column: MatrixColumn;
}

/**
 * One cell with every rule that reaches it, and since when and by whom each is attached there. Needs `read:rules` and
 * `read:keys`. Throws `not-found`.
 */
export async function readCell(actor: Actor, query: CellQuery): Promise<CellDetail> {
  requireScope(actor, "read:rules");
  requireScope(actor, "read:keys");
  requireProvider(actor);
  const { workspaceId } = actor;
  const { book, from, column } = await findCell(workspaceId, query);
  const row = judgeRow(book, from, Date.now());
  const rules = row.rules(column);
  const attached = await attachedSince(workspaceId, { rules, column, keyId: from.credential?.keyId ?? null });
  return {
    version: book.version,
    credential: from.shown,
    service: {
      ...presentService(column),
      methods: [...column.service.methods],
      stripPrefix: column.service.paths.stripPrefix,
    },
    state: row.state(column),
    checks: row.checks(column),
    missingScopes: row.missingScopes(column),
    rules: rules.map((placed) => ({
      ...presentRule(placed),
      ...(attached.get(placed) ?? { attachedBy: null, attachedAt: null, attachedIn: null }),
      updatedBy: placed.rule.updatedBy,
      updatedAt: placed.rule.updatedAt,
      expiresAt: Number.isFinite(placed.rule.expiresAtMs)
        ? new Date(placed.rule.expiresAtMs).toISOString()
        : null,
    })),
  };
}

/** The same cell as the matrix lists it. */
export async function listedCell(
  workspaceId: string,
  query: CellQuery,
): Promise<{ cell: MatrixCell; version: number }> {
  const { book, from, column } = await findCell(workspaceId, query);
  const cell = presentCell(judgeRow(book, from, Date.now()), column, from.shown.id);
  return { cell, version: book.version };
}

async function findCell(workspaceId: string, { credential, service }: CellQuery): Promise<FoundCell> {
  const book = await readRuleBook(workspaceId);
  const column = book.columns.find(({ service: { id, slug } }) => id === service || slug === service);
  const rows =
    credential === anonymousRow.shown.id
      ? [anonymousRow]
      : await readKeys({ workspaceId, credential, onlyCurrent: false }, { offset: 0, limit: 2 });
  const from = rows.find(({ shown: { id } }) => id === credential) ?? rows[0];
  if (column === undefined || from === undefined) throw new Problem("not-found", "There is no such cell.");
  return { book, from, column };
}

interface Attached {
  attachedBy: string | null;
  attachedAt: string | null;
  attachedIn: number | null;
}

const Since = z.array(
  z.object({
    rule_id: z.string(),
    from_version: z.number(),
    attachments: z.unknown(),
    author: z.string(),
    at: z.date(),
  }),
);
const Kept = z.array(z.object({ service: z.string().optional(), credential: z.string().optional() }));

/** Revisions kept of one rule are read back this far; what was attached earlier is attached "at least since". */
const revisionsMax = 200;

/** An attachment has no author of its own: it is the author of the first of the unbroken run of versions that hold it. */
async function attachedSince(
  workspaceId: string,
  { rules, column, keyId }: { rules: readonly PlacedRule[]; column: MatrixColumn; keyId: string | null },
): Promise<Map<PlacedRule, Attached>> {
  const ids = [...new Set(rules.map(({ rule }) => rule.id))];
  const { rows } = await sql().query(
    `select v.rule_id, v.from_version, v.attachments, s.author, s.created_at as at
       from unnest($2::text[]) as wanted(id)
      cross join lateral (select * from rule_revision r where r.workspace_id = $1 and r.rule_id = wanted.id
                           order by r.from_version desc limit ${revisionsMax}) v
       join ruleset s on s.workspace_id = $1 and s.version = v.from_version
      order by v.rule_id, v.from_version desc`,
    [workspaceId, ids],
  );
  const history = Since.parse(rows);
  return new Map(
    rules.map((placed) => {
      const place = placeOf(placed, { serviceId: column.service.id, keyId });
      const ofRule = history.filter(({ rule_id: id }) => id === placed.rule.id);
      const broken = ofRule.findIndex(({ attachments }) => !holdsPlace(attachments, place));
      const first = ofRule.at((broken < 0 ? ofRule.length : broken) - 1);
      return [
        placed,
        broken === 0 || first === undefined
          ? { attachedBy: null, attachedAt: null, attachedIn: null }
          : { attachedBy: first.author, attachedAt: first.at.toISOString(), attachedIn: first.from_version },
      ];
    }),
  );
}

function placeOf({ via }: PlacedRule, { serviceId, keyId }: { serviceId: string; keyId: string | null }) {
  return {
    service: via === "cell" || via === "service" ? serviceId : undefined,
    credential: via === "cell" || via === "credential" ? (keyId ?? undefined) : undefined,
  };
}

function holdsPlace(
  attachments: unknown,
  { service, credential }: { service: string | undefined; credential: string | undefined },
): boolean {
  return Kept.parse(attachments).some(
    (place) => place.service === service && place.credential === credential,
  );
}
