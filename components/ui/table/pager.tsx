"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonGroup, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

export interface PagerProps {
  /** Place of the first row shown, from 1. */
  from: number;
  /** Rows shown. */
  count: number;
  /** Rows in all; left out when unknown. */
  total?: number | undefined;
  /** Absent on the first and last page. */
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
  /** Keyboard hints between count and buttons. */
  hints?: ReactNode;
}

/** "1–25 of 187", previous and next. */
export function Pager({ from, count, total, onPrevious, onNext, hints }: PagerProps) {
  const range = count === 0 ? "0" : `${from.toLocaleString("en")}–${(from + count - 1).toLocaleString("en")}`;
  return (
    <div className="pager">
      <span role="status">{total === undefined ? range : `${range} of ${total.toLocaleString("en")}`}</span>
      <span className="grow" />
      {hints !== undefined && <span className="keys-hint">{hints}</span>}
      <ButtonGroup>
        <IconButton
          kind="secondary"
          label="Previous page"
          icon={<Icon of={ChevronLeft} />}
          why={!onPrevious && "This is the first page"}
          onClick={onPrevious}
        />
        <IconButton
          kind="secondary"
          label="Next page"
          icon={<Icon of={ChevronRight} />}
          why={!onNext && "This is the last page"}
          onClick={onNext}
        />
      </ButtonGroup>
    </div>
  );
}

export interface BulkBarProps {
  count: number;
  /** Buttons of kind ghost. */
  children: ReactNode;
}

/** Floats over a list while rows are selected. */
export function BulkBar({ count, children }: BulkBarProps) {
  if (count === 0) return null;
  return (
    <div className="bulk" role="toolbar" aria-label="Selected rows">
      <b>{count.toLocaleString("en")} selected</b>
      <span className="bulk-sep" />
      {children}
    </div>
  );
}
