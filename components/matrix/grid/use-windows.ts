"use client";
import { useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Span } from "@/components/matrix/grid/use-sight";
import { matrix, windowSize, type MatrixFilters } from "@/lib/client/rules/matrix";
import type { Matrix, MatrixCell, MatrixCredential, MatrixService } from "@/lib/matrix/schema";

/** What is known of the matrix while only a part of it is read. */
export interface Seen {
  totals: Matrix["totals"];
  version: number;
  credential: (row: number) => MatrixCredential | undefined;
  service: (column: number) => MatrixService | undefined;
  /** Undefined while its window is being read. */
  cell: (row: number, column: number) => MatrixCell | undefined;
}

interface IndexedWindow {
  matrix: Matrix;
  cells: ReadonlyMap<string, MatrixCell>;
}

const cellKey = (credential: string, service: string) => `${credential} ${service}`;

const indexed = (answer: Matrix): IndexedWindow => ({
  matrix: answer,
  cells: new Map(answer.cells.map((cell) => [cellKey(cell.credential, cell.service), cell])),
});

/** The first window: it tells how large the matrix is. */
export function useFirstWindow(filters: MatrixFilters) {
  return useQuery({ ...matrix.window({ filters, row: 0, column: 0 }), select: indexed });
}

/** Reads the windows under the rows and columns that are seen. `first` is the answer for the first of them. */
export function useWindows(
  filters: MatrixFilters,
  first: IndexedWindow,
  seen: { rows: Span; columns: Span },
): Seen {
  const rows = windowsUnder(seen.rows, windowSize.rows);
  const columns = windowsUnder(seen.columns, windowSize.columns);
  const places = rows.flatMap((row) => columns.map((column) => ({ row, column })));
  const answers = useQueries({
    queries: places.map((place) => ({ ...matrix.window({ filters, ...place }), select: indexed })),
    combine: (results: UseQueryResult<IndexedWindow>[]) => results.map(({ data }) => data),
  });
  const byPlace = new Map(places.map(({ row, column }, index) => [`${row} ${column}`, answers[index]]));
  const under = (row: number, column: number) =>
    byPlace.get(`${Math.floor(row / windowSize.rows)} ${Math.floor(column / windowSize.columns)}`);
  const inRow = (row: number) =>
    columns.map((column) => byPlace.get(`${Math.floor(row / windowSize.rows)} ${column}`));
  const inColumn = (column: number) =>
    rows.map((row) => byPlace.get(`${row} ${Math.floor(column / windowSize.columns)}`));
  const known = [first, ...answers].flatMap((answer) => (answer === undefined ? [] : [answer.matrix]));
  const newest = known.reduce((one, other) => (other.version > one.version ? other : one), first.matrix);
  const credential = (row: number) =>
    inRow(row).find((answer) => answer !== undefined)?.matrix.credentials[row % windowSize.rows];
  const service = (column: number) =>
    inColumn(column).find((answer) => answer !== undefined)?.matrix.services[column % windowSize.columns];
  return {
    totals: newest.totals,
    version: newest.version,
    credential,
    service,
    cell(row, column) {
      const [answer, who, where] = [under(row, column), credential(row), service(column)];
      if (answer === undefined || who === undefined || where === undefined) return undefined;
      return answer.cells.get(cellKey(who.id, where.slug)) ?? defaultCell(who.id, where);
    },
  };
}

/** What a window leaves out: nothing but the service's default speaks there. */
function defaultCell(credential: string, { slug, defaultVerdict }: MatrixService): MatrixCell {
  const state = defaultVerdict === "allow" ? "allowed" : "denied";
  return { credential, service: slug, state, rules: [], checks: [] };
}

function windowsUnder({ first, last }: Span, size: number): number[] {
  const from = Math.floor(Math.max(0, first) / size);
  const to = Math.floor(Math.max(0, last) / size);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
