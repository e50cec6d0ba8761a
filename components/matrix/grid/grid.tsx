"use client";
import { type KeyboardEvent, type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from "react";
import { GridRow, ServiceHead, Spacer } from "@/components/matrix/grid/grid-parts";
import { moved, type GridPlace } from "@/components/matrix/grid/movement";
import { useSight, type Span } from "@/components/matrix/grid/use-sight";
import { useWindows, type Seen, type useFirstWindow } from "@/components/matrix/grid/use-windows";
import { Kbd } from "@/components/ui/tag";
import type { MatrixFilters } from "@/lib/client/rules/matrix";
import type { MatrixCell, MatrixCredential, MatrixService } from "@/lib/matrix/schema";

/** Sizes in px; the style sheet draws the same. */
const wide = { head: 48, row: 44, corner: 196, column: 173 };
const narrow = { head: 48, row: 44, corner: 132, column: 128 };

/** Lets what stands beside the grid give focus back to it. */
export interface GridHandle {
  focus(): void;
}

export interface MatrixGridProps {
  filters: MatrixFilters;
  first: NonNullable<ReturnType<typeof useFirstWindow>["data"]>;
  isNarrow: boolean;
  /** The place that has focus, or would. */
  active: GridPlace;
  onActive: (place: GridPlace) => void;
  /** What stands at the active place, as soon as that is known. */
  onShown: (at: GridTarget) => void;
  /** Enter and Space, or a click. */
  onOpen: (place: GridPlace, by: "key" | "pointer") => void;
  /** Another key was pressed; whether it was for the grid. */
  onKey: (key: string, at: GridTarget) => boolean;
  ref?: Ref<GridHandle>;
}

/**
 * Credentials × services as a table of which only the part in sight exists. One cell takes the focus of Tab; arrows, Home,
 * End, Page and Control move from there.
 */
export function MatrixGrid(props: MatrixGridProps) {
  const { filters, first, isNarrow, active, onActive, onShown, onOpen, onKey, ref } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const size = isNarrow ? narrow : wide;
  const { totals } = first.matrix;
  const sight = useSight(scroll, { rows: totals.credentials, columns: totals.services, sizes: size });
  const seen = useWindows(filters, first, sight);
  const before = sight.columns.first * size.column;
  const after = (totals.services - 1 - sight.columns.last) * size.column;
  const above = sight.rows.first * size.row;
  const below = (totals.credentials - 1 - sight.rows.last) * size.row;
  // A cell that was scrolled to exists only after the next drawing, so this looks each time.
  useEffect(() => {
    if (!wantsFocus.current) return;
    const cell = scroll.current?.querySelector<HTMLElement>(`[data-at="${active.row} ${active.column}"]`);
    if (cell === null || cell === undefined) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
  });
  const target = targetAt(active, seen);
  const tell = useEffectEvent(() => onShown(target));
  const [who, where] = [target.credential?.id, target.service?.slug];
  useEffect(() => tell(), [active, who, where]);
  useImperativeHandle(ref, () => ({
    focus() {
      wantsFocus.current = true;
      sight.show(active);
      onActive({ ...active });
    },
  }));
  const press = (event: KeyboardEvent) => {
    if (event.altKey) return;
    const isControl = event.ctrlKey || event.metaKey;
    const place = placeOf(event.target) ?? active;
    const to = moved(event.key, { isControl }, place, {
      rows: totals.credentials,
      columns: totals.services,
      rowsSeen: sight.rowsSeen,
    });
    if (to !== null) {
      event.preventDefault();
      wantsFocus.current = true;
      sight.show(to);
      onActive(to);
    } else if (!isControl && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      onOpen(place, "key");
    } else if (!isControl && onKey(event.key.toLowerCase(), targetAt(place, seen))) event.preventDefault();
  };
  return (
    <>
      <div className="mx-scroll" ref={scroll}>
        <table
          className="mx-table"
          role="grid"
          aria-label="Credentials and services"
          aria-rowcount={totals.credentials + 1}
          aria-colcount={totals.services + 1}
          width={size.corner + totals.services * size.column}
          onKeyDown={press}
          onClick={(event) => {
            const place = placeOf(event.target);
            if (place !== null) onOpen(place, "pointer");
          }}
          onFocus={(event) => {
            const place = placeOf(event.target);
            if (place !== null && (place.row !== active.row || place.column !== active.column))
              onActive(place);
          }}
        >
          <colgroup>
            <col width={size.corner} />
            {before > 0 && <col width={before} />}
            {indexes(sight.columns).map((column) => (
              <col key={column} width={size.column} />
            ))}
            {after > 0 && <col width={after} />}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className="corner" aria-colindex={1}>
                Credential
              </th>
              {before > 0 && <Spacer />}
              {indexes(sight.columns).map((column) => (
                <ServiceHead key={column} column={column} service={seen.service(column)} active={active} />
              ))}
              {after > 0 && <Spacer />}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <Spacer height={above} />}
            {indexes(sight.rows).map((row) => (
              <GridRow
                key={row}
                row={row}
                columns={indexes(sight.columns)}
                seen={seen}
                active={active}
                pads={{ before: before > 0, after: after > 0 }}
              />
            ))}
            {below > 0 && <Spacer height={below} />}
          </tbody>
        </table>
      </div>
      <div className="mx-foot">
        <GridHints />
        <span className="grow" />
        <span>
          {`${(sight.seen.first + 1).toLocaleString("en")}–${(sight.seen.last + 1).toLocaleString("en")} of ${totals.credentials.toLocaleString("en")}`}
        </span>
      </div>
    </>
  );
}

function indexes({ first, last }: Span): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function GridHints() {
  return (
    <>
      <span>
        <Kbd>←</Kbd>
        <Kbd>↑</Kbd>
        <Kbd>↓</Kbd>
        <Kbd>→</Kbd> move
      </span>
      <span>
        <Kbd>A</Kbd> attach a rule
      </span>
      <span>
        <Kbd>D</Kbd> detach
      </span>
      <span>
        <Kbd>Enter</Kbd> open
      </span>
    </>
  );
}

/** What a place is about: null for the whole line behind a head, undefined while it is being read. */
export interface GridTarget {
  place: GridPlace;
  credential: MatrixCredential | null | undefined;
  service: MatrixService | null | undefined;
  cell: MatrixCell | undefined;
}

function targetAt(place: GridPlace, seen: Seen): GridTarget {
  const { row, column } = place;
  return {
    place,
    credential: row === -1 ? null : seen.credential(row),
    service: column === -1 ? null : seen.service(column),
    cell: row === -1 || column === -1 ? undefined : seen.cell(row, column),
  };
}

/** The place of the cell that an event came from. */
function placeOf(target: EventTarget): GridPlace | null {
  const at = target instanceof Element ? target.closest("[data-at]")?.getAttribute("data-at") : null;
  const [row, column] = at?.split(" ").map(Number) ?? [];
  return row === undefined || column === undefined ? null : { row, column };
}
