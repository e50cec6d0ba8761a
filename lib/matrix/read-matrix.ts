import { setImmediate as turn } from "node:timers/promises";
import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import {
  anonymousRow,
  countKeys,
  readKeys,
  type CredentialRow,
  type KeySelection,
} from "@/lib/matrix/credentials";
import {
  isPlain,
  judgeRow,
  presentCell,
  type MatrixColumn,
  type Row,
  type RuleBook,
} from "@/lib/matrix/judge-cells";
import { readRuleBook } from "@/lib/matrix/rule-book";
import type { Matrix, MatrixQuery, MatrixService } from "@/lib/matrix/schema";

/** Keys judged between two turns of the event loop: other calls never wait for a large matrix. */
const rowsPerTurn = 50;
/** Keys read at once when every row must be judged. */
const rowsPerRead = 500;

/**
 * A window of the matrix: credentials by name, services by slug, and what every call of the one to the other comes to.
 * Needs `read:rules` and `read:keys`.
 */
export async function readMatrix(actor: Actor, query: MatrixQuery): Promise<Matrix> {
  requireScope(actor, "read:rules");
  requireScope(actor, "read:keys");
  requireProvider(actor);
  const book = await readRuleBook(actor.workspaceId);
  const { columns, selection } = await narrow(actor.workspaceId, book, query);
  const { rows, total } = await readRows(book, { query, selection, columns });
  const shown = columns.slice(query.serviceOffset, query.serviceOffset + query.serviceLimit);
  const cells = rows.flatMap(({ shown: { id }, row }) => shown.map((column) => presentCell(row, column, id)));
  return {
    version: book.version,
    credentials: rows.map((row) => row.shown),
    services: shown.map(presentService),
    cells: query.sparse === "true" ? cells.filter((cell) => !isPlain(cell)) : cells,
    totals: { credentials: total, services: columns.length },
  };
}

export function presentService({ service }: MatrixColumn): MatrixService {
  const { id, slug, name, visibility, defaultVerdict } = service;
  return { id, slug, name, visibility, defaultVerdict };
}

/** `q` narrows the services when some have it in their names, and the credentials when some have it in theirs. */
async function narrow(workspaceId: string, book: RuleBook, query: MatrixQuery) {
  const { q, service, credential, customer } = query;
  const named = book.columns.filter(
    ({ service: { id, slug } }) => service === undefined || service === id || service === slug,
  );
  const found = q === undefined ? [] : named.filter((column) => isNamed(column, q));
  const selection = { workspaceId, credential, customer, onlyCurrent: query.status === "current" };
  if (q === undefined) return { columns: named, selection };
  const narrowed: KeySelection = { ...selection, q };
  const isForServices = found.length > 0 && (await countKeys(narrowed)) === 0;
  return { columns: found.length > 0 ? found : named, selection: isForServices ? selection : narrowed };
}

function isNamed({ service: { slug, name } }: MatrixColumn, q: string): boolean {
  const part = q.toLowerCase();
  return slug.includes(part) || name.toLowerCase().includes(part);
}

interface Asked {
  query: MatrixQuery;
  selection: KeySelection;
  columns: readonly MatrixColumn[];
}

type JudgedRow = Pick<CredentialRow, "shown"> & { row: Row };

/** The rows of the window. Where cells decide which rows there are, every row is judged, a few at a time. */
async function readRows(book: RuleBook, asked: Asked): Promise<{ rows: JudgedRow[]; total: number }> {
  const { query, selection } = asked;
  const now = Date.now();
  const judge = (from: CredentialRow): JudgedRow => ({ shown: from.shown, row: judgeRow(book, from, now) });
  const { offset, limit } = query;
  const first = beginsAnonymous(query) ? [anonymousRow] : [];
  if (query.state === undefined && query.rule === undefined) {
    const ahead = first.slice(offset, offset + limit);
    const span = { offset: Math.max(0, offset - first.length), limit: limit - ahead.length };
    const keys = span.limit === 0 ? [] : await readKeys(selection, span);
    return { rows: [...ahead, ...keys].map(judge), total: first.length + (await countKeys(selection)) };
  }
  const rows: JudgedRow[] = [];
  let total = 0;
  const passes = (judged: JudgedRow) => asked.columns.some((column) => isWanted(judged.row, column, query));
  for await (const some of everyRow(selection, first)) {
    for (const judged of some.map(judge))
      if (passes(judged) && total++ >= offset && rows.length < limit) rows.push(judged);
  }
  return { rows, total };
}

/** Searching by name or customer is for keys. */
function beginsAnonymous({ anonymous, q, customer, credential }: MatrixQuery): boolean {
  return anonymous === "true" && q === undefined && customer === undefined && credential === undefined;
}

function isWanted(row: Row, column: MatrixColumn, { state, rule }: MatrixQuery): boolean {
  if (state !== undefined && row.state(column) !== state) return false;
  if (rule === undefined) return true;
  return row
    .rules(column)
    .some(
      (placed) =>
        placed.outcome !== "never" &&
        placed.rule.mode !== "off" &&
        (placed.rule.id === rule || placed.rule.name === rule),
    );
}

async function* everyRow(
  selection: KeySelection,
  first: readonly CredentialRow[],
): AsyncGenerator<readonly CredentialRow[]> {
  if (first.length > 0) yield first;
  for (let offset = 0; ; offset += rowsPerRead) {
    const rows = await readKeys(selection, { offset, limit: rowsPerRead });
    for (let from = 0; from < rows.length; from += rowsPerTurn) {
      yield rows.slice(from, from + rowsPerTurn);
      await turn();
    }
    if (rows.length < rowsPerRead) return;
  }
}
