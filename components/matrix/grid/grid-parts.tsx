import { clsx } from "clsx";
import { Globe, Lock } from "lucide-react";
import { CellView, isDefault } from "@/components/matrix/cell/cell-view";
import { metalOf, stateLooks } from "@/components/matrix/cell/words";
import type { GridPlace } from "@/components/matrix/grid/movement";
import type { Seen } from "@/components/matrix/grid/use-windows";
import { Metal } from "@/components/keys/masked-key";
import { Icon } from "@/components/ui/icon";
import type { MatrixService } from "@/lib/matrix/schema";

/** Room for what is not drawn: a row's height, or a column's width by its `col`. */
export function Spacer({ height }: { height?: number }) {
  if (height === undefined) return <td className="mx-pad" aria-hidden="true" />;
  return (
    <tr aria-hidden="true">
      <td className="mx-pad" height={height} />
    </tr>
  );
}

const isAt = (active: GridPlace, row: number, column: number) =>
  active.row === row && active.column === column;

/** A column's head: the service, how it is reached and what it does by default. */
export function ServiceHead({
  column,
  service,
  active,
}: {
  column: number;
  service: MatrixService | undefined;
  active: GridPlace;
}) {
  return (
    <th
      scope="col"
      className={clsx(active.column === column && "on", isAt(active, -1, column) && "focus")}
      aria-colindex={column + 2}
      data-at={`-1 ${column}`}
      tabIndex={isAt(active, -1, column) ? 0 : -1}
    >
      {service === undefined ? (
        <i className="sk sk-26" />
      ) : (
        <>
          <b title={service.name}>{service.slug}</b>
          <small>
            <Icon of={service.visibility === "private" ? Lock : Globe} small />
            <span className="vh">{service.visibility}, </span>default {service.defaultVerdict}
          </small>
        </>
      )}
    </th>
  );
}

export interface GridRowProps {
  row: number;
  columns: readonly number[];
  seen: Seen;
  active: GridPlace;
  /** Whether there are columns to the left and right that are not drawn. */
  pads: { before: boolean; after: boolean };
}

/** One credential's row. */
export function GridRow({ row, columns, seen, active, pads }: GridRowProps) {
  const credential = seen.credential(row);
  const isOver = credential !== undefined && credential.status !== "active";
  return (
    <tr aria-rowindex={row + 2} className={clsx(active.row === row && "on", isOver && "quiet")}>
      <th
        scope="row"
        aria-colindex={1}
        className={clsx(isAt(active, row, -1) && "focus")}
        data-at={`${row} -1`}
        tabIndex={isAt(active, row, -1) ? 0 : -1}
      >
        {credential === undefined ? (
          <i className="sk sk-26" />
        ) : (
          <span className="mx-cred">
            <Metal of={metalOf(credential)} />
            <span>
              <b title={credential.name}>{credential.name}</b>
              <small>{subtitleOf(credential)}</small>
            </span>
          </span>
        )}
      </th>
      {pads.before && <Spacer />}
      {columns.map((column) => (
        <GridCell key={column} row={row} column={column} seen={seen} active={active} />
      ))}
      {pads.after && <Spacer />}
    </tr>
  );
}

function subtitleOf({
  status,
  customer,
  kind,
  environment,
}: NonNullable<ReturnType<Seen["credential"]>>): string {
  if (status !== "active") return status;
  if (kind === "anonymous") return "any caller";
  return customer?.name ?? (environment === "test" ? "test key" : "own key");
}

function GridCell({
  row,
  column,
  seen,
  active,
}: Omit<GridRowProps, "columns" | "pads"> & { column: number }) {
  const cell = seen.cell(row, column);
  const isActive = isAt(active, row, column);
  return (
    <td
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={isActive}
      aria-busy={cell === undefined || undefined}
      className={clsx(
        cell !== undefined && !isDefault(cell) && `on-${stateLooks[cell.state].className}`,
        isActive && "focus",
      )}
      data-at={`${row} ${column}`}
      tabIndex={isActive ? 0 : -1}
    >
      {cell === undefined ? <i className="sk mx-sk" /> : <CellView cell={cell} />}
    </td>
  );
}
