import { queryOptions } from "@tanstack/react-query";
import { followEvents, type StreamState } from "@/lib/client/records/event-stream";
import { isFields } from "@/lib/client/request/read-unknown";
import { request, urlOf } from "@/lib/client/request/request";
import type { CellDetail, ChangedCell, Matrix } from "@/lib/matrix/schema";

const schemas = () => import("@/lib/matrix/schema");
const answers = () => import("@/lib/client/name-answers");

/** How rows and columns are narrowed. */
export interface MatrixFilters {
  q?: string;
  customer?: string;
  rule?: string;
  state?: "allowed" | "denied" | "conditional";
  credential?: string;
  service?: string;
  status?: "all" | "current";
}

/** Rows and columns of one window. Whoever scrolls reads the windows that are seen, and each only once. */
export const windowSize = { rows: 40, columns: 20 } as const;

/** A window by its place among windows. */
export interface MatrixWindow {
  filters: MatrixFilters;
  row: number;
  column: number;
}

/** Rules to attach to and to detach from a place. */
export interface CellChange {
  credential: string | null;
  service: string | null;
  attach: readonly string[];
  detach: readonly string[];
}

/** What the API is asked for one window; the page's first answer is made from the same. */
export function windowQuery({ filters, row, column }: MatrixWindow) {
  return {
    status: "current",
    ...filters,
    anonymous: "true",
    sparse: "true",
    offset: row * windowSize.rows,
    limit: windowSize.rows,
    serviceOffset: column * windowSize.columns,
    serviceLimit: windowSize.columns,
  } as const;
}

/** One row or one column, for the page of a key or a service. */
export type MatrixLineOf = { credential: string } | { service: string };

/** What the API is asked for one line. */
export function lineQuery(of: MatrixLineOf) {
  return { ...of, limit: 100, status: "credential" in of ? "all" : "current" } as const;
}

export const matrix = {
  all: ["matrix"] as const,
  windows: ["matrix", "window"] as const,
  window: (asked: MatrixWindow) =>
    queryOptions({
      queryKey: [...matrix.windows, asked] as const,
      queryFn: ({ signal }): Promise<Matrix> =>
        request(async () => (await schemas()).Matrix, {
          path: "/matrix",
          query: windowQuery(asked),
          signal,
        }),
    }),
  /** Every cell of one credential or one service, at most 100. */
  line: (of: MatrixLineOf) =>
    queryOptions({
      queryKey: [...matrix.all, "line", of] as const,
      queryFn: ({ signal }): Promise<Matrix> =>
        request(async () => (await schemas()).Matrix, {
          path: "/matrix",
          query: lineQuery(of),
          signal,
        }),
    }),
  /** One cell with every rule that reaches it. */
  cell: (of: { credential: string; service: string }) =>
    queryOptions({
      queryKey: [...matrix.all, "cell", of] as const,
      queryFn: ({ signal }): Promise<CellDetail> =>
        request(async () => (await schemas()).CellDetail, { path: "/matrix/cells", query: of, signal }),
    }),
  /** Rules to attach, by part of their name. */
  choices: (q: string) =>
    queryOptions({
      queryKey: ["rules", "choices", q] as const,
      queryFn: ({ signal }) =>
        request(async () => (await answers()).RuleChoices, {
          path: "/rules",
          query: { q: q === "" ? undefined : q, limit: 50 },
          signal,
        }),
      staleTime: 10_000,
    }),
};

/** Attaches rules to a cell and detaches others, in one version of the ruleset. */
export function changeCell(change: CellChange): Promise<ChangedCell> {
  return request(async () => (await schemas()).ChangedCell, {
    method: "PUT",
    path: "/matrix/cells",
    body: change,
  });
}

/** What a follower of the matrix is told. */
export interface MatrixListener {
  /** The ruleset version that holds now, or null when keys, roles or customers changed. */
  onChange(version: number | null): void;
  onState(state: StreamState): void;
}

/** Hears of changes that anyone makes. Returns how to stop. */
export function followMatrix(listener: MatrixListener): () => void {
  return followEvents(() => urlOf("/matrix/stream"), {
    onEvent({ name, data }) {
      const value: unknown = JSON.parse(data);
      if (name === "credentials") listener.onChange(null);
      if (name === "ruleset" && isFields(value) && typeof value["version"] === "number")
        listener.onChange(value["version"]);
    },
    onState: (state) => listener.onState(state),
  });
}
