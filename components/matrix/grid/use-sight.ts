"use client";
import { type RefObject, useEffect, useEffectEvent, useState } from "react";
import type { GridPlace } from "@/components/matrix/grid/movement";

/** Indexes from first to last, both counted; `last` is -1 when there is nothing. */
export interface Span {
  first: number;
  last: number;
}

/** Sizes in px: of the sticky heads, and of every row and column behind them. */
export interface GridSizes {
  head: number;
  row: number;
  corner: number;
  column: number;
}

/** What a window of `length` px shows of `count` things of one size, scrolled by `offset`; `more` of them on either side. */
export function spanAt(
  { offset, length, size, count }: { offset: number; length: number; size: number; count: number },
  more = 0,
): Span {
  const first = Math.floor(offset / size);
  const last = Math.ceil((offset + Math.max(size, length)) / size) - 1;
  return { first: Math.max(0, Math.min(first, count - 1) - more), last: Math.min(count - 1, last + more) };
}

/** Until the window is measured, and on the server. */
const firstView = { top: 0, left: 0, width: 1_100, height: 800 };

/** Drawn beyond what is seen, so that a step of scrolling finds it there. */
const beyond = { rows: 8, columns: 2 };

/** The part of a grid that is in sight, kept true while it is scrolled and resized, and how to bring a place into it. */
export function useSight(
  scroll: RefObject<HTMLElement | null>,
  { rows, columns, sizes }: { rows: number; columns: number; sizes: GridSizes },
) {
  const [view, setView] = useState(firstView);
  const across = { offset: view.left, length: view.width - sizes.corner, size: sizes.column, count: columns };
  const down = { offset: view.top, length: view.height - sizes.head, size: sizes.row, count: rows };
  // Whole rows and columns: a scroll within one draws nothing.
  const look = useEffectEvent((element: HTMLElement) => {
    const { clientWidth: width, clientHeight: height } = element;
    const top = Math.floor(element.scrollTop / sizes.row) * sizes.row;
    const left = Math.floor(element.scrollLeft / sizes.column) * sizes.column;
    const isSame = top === view.top && left === view.left && width === view.width && height === view.height;
    if (!isSame) setView({ top, left, width, height });
  });
  useEffect(() => {
    const element = scroll.current;
    if (element === null) return undefined;
    const listen = () => look(element);
    const resized = new ResizeObserver(listen);
    element.addEventListener("scroll", listen, { passive: true });
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", listen);
      resized.disconnect();
    };
  }, [scroll]);
  return {
    seen: spanAt(down),
    rows: spanAt(down, beyond.rows),
    columns: spanAt(across, beyond.columns),
    rowsSeen: Math.max(1, Math.floor(down.length / sizes.row) - 1),
    /** Scrolls no further than it must. */
    show({ row, column }: GridPlace) {
      const element = scroll.current;
      if (element === null) return;
      const { scrollTop, scrollLeft, clientWidth, clientHeight } = element;
      const down = { at: row * sizes.row, size: sizes.row, length: clientHeight - sizes.head };
      const across = { at: column * sizes.column, size: sizes.column, length: clientWidth - sizes.corner };
      element.scrollTo({
        top: row < 0 ? scrollTop : nearest(scrollTop, down),
        left: column < 0 ? scrollLeft : nearest(scrollLeft, across),
        behavior: "instant",
      });
    },
  };
}

function nearest(offset: number, { at, size, length }: { at: number; size: number; length: number }): number {
  if (at < offset || size > length) return at;
  return Math.max(offset, at + size - length);
}
