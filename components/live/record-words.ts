import type { ReactNode } from "react";

/** What a page of records calls them, and what it says while it has none. */
export interface RecordWords {
  /** Head of the page: "Logs". */
  title: string;
  /** "line" */
  one: string;
  /** "lines" */
  many: string;
}

/** An empty page: what would stand there, and the way to it. */
export interface EmptyWords {
  text: string;
  actions?: ReactNode;
  /** Below, on its own: an example to copy. */
  below?: ReactNode;
}
