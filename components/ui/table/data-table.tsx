import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

export interface DataTableProps {
  /** Accessible name. */
  label: string;
  /** `edge` runs to the sheet's edges and scrolls under its head (44 px rows), `plate` sits in a plate (36 px), `stream` is 32 px. */
  kind?: "edge" | "plate" | "stream";
  /** Below 720 px each row becomes a card; give the cells `data-label`. */
  cards?: boolean;
  className?: string;
  /** `<thead>` and `<tbody>`. */
  children: ReactNode;
}

const kinds = { edge: "edge", plate: "dense", stream: "stream" } as const;

/** A real table. Sorting, selection and paging come from the parts beside it. */
export function DataTable({ label, kind = "edge", cards = false, className, children }: DataTableProps) {
  const table = (
    <table aria-label={label} className={clsx("data-table", kinds[kind], cards && "cards", className)}>
      {children}
    </table>
  );
  return kind === "edge" ? <div className="table-wrap">{table}</div> : table;
}

export interface SortHeadProps {
  children: ReactNode;
  /** How this column sorts now; absent when another does. */
  sorted?: "ascending" | "descending" | undefined;
  onSort: () => void;
  /** Numbers are aligned at the end. */
  numeric?: boolean;
  className?: string;
}

/** A column's head that sorts. */
export function SortHead({ children, sorted, onSort, numeric = false, className }: SortHeadProps) {
  return (
    <th scope="col" className={clsx(numeric && "num", className)} aria-sort={sorted}>
      <button type="button" onClick={onSort}>
        {children}
        {sorted && <Icon of={sorted === "ascending" ? ArrowUp : ArrowDown} small />}
      </button>
    </th>
  );
}

export interface NameCellProps {
  /** A `<Link>` or a `<b>`. */
  name: ReactNode;
  id: string;
}

/** Name over id, the first cell of a row. */
export function NameCell({ name, id }: NameCellProps) {
  return (
    <div className="cell-name">
      {name}
      <code>{id}</code>
    </div>
  );
}

/** Search, filters and what else narrows a list, above it. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className="toolbar">{children}</div>;
}
