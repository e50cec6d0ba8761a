/** A place in the grid. Row and column -1 are the heads: of a credential, of a service. */
export interface GridPlace {
  row: number;
  column: number;
}

/** How far the grid goes, and how many rows are seen at once. */
export interface GridSize {
  rows: number;
  columns: number;
  rowsSeen: number;
}

/** Where a key leads from a place, or null for a key that does not move. The corner is no place. */
export function moved(
  key: string,
  { isControl }: { isControl: boolean },
  from: GridPlace,
  size: GridSize,
): GridPlace | null {
  const to = step(key, isControl, from, size);
  if (to === null) return null;
  const row = clamp(to.row, size.rows);
  const column = clamp(to.column, size.columns);
  return row === -1 && column === -1 ? from : { row, column };
}

function step(key: string, isControl: boolean, { row, column }: GridPlace, size: GridSize): GridPlace | null {
  switch (key) {
    case "ArrowUp":
      return { row: row - 1, column };
    case "ArrowDown":
      return { row: row + 1, column };
    case "ArrowLeft":
      return { row, column: column - 1 };
    case "ArrowRight":
      return { row, column: column + 1 };
    case "PageUp":
      return { row: Math.max(0, row - size.rowsSeen), column };
    case "PageDown":
      return { row: row + size.rowsSeen, column };
    case "Home":
      return isControl ? { row: 0, column: 0 } : { row, column: row === -1 ? 0 : -1 };
    case "End":
      return { row: isControl ? size.rows - 1 : row, column: size.columns - 1 };
    default:
      return null;
  }
}

function clamp(at: number, count: number): number {
  return Math.max(-1, Math.min(at, count - 1));
}
