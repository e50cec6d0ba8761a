"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CellView } from "@/components/matrix/cell/cell-view";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Plate } from "@/components/ui/plate";
import { matrix, type MatrixLineOf } from "@/lib/client/rules/matrix";
import type { Matrix } from "@/lib/matrix/schema";

export interface MatrixLineProps {
  /** Whose line, by id. */
  of: MatrixLineOf;
}

/** One credential on every service, or every credential on one service: that line of the matrix as a plate. */
export function MatrixLine({ of }: MatrixLineProps) {
  const line = useQuery(matrix.line(of));
  const search = new URLSearchParams({ ...of });
  const isOfKey = "credential" in of;
  return (
    <Plate
      title="In the matrix"
      note={isOfKey ? "By service" : "By key"}
      aside={
        <Link className="small" href={`/matrix?${search.toString()}`}>
          Open
        </Link>
      }
    >
      {line.isPending && <LoadingRows label="Loading the matrix" rows={3} height={36} />}
      {line.isError && (
        <QueryProblem things="The matrix" error={line.error} onRetry={() => void line.refetch()} />
      )}
      {line.data !== undefined && <Lines matrix={line.data} isOfKey={isOfKey} />}
    </Plate>
  );
}

/** Lines shown before the rest is left to the matrix itself. */
const linesMax = 12;

function Lines({ matrix: { cells, credentials, totals }, isOfKey }: { matrix: Matrix; isOfKey: boolean }) {
  const names = new Map(credentials.map(({ id, name }) => [id, name]));
  const total = isOfKey ? totals.services : totals.credentials;
  if (cells.length === 0)
    return <p className="muted">{isOfKey ? "There is no service yet." : "There is no key yet."}</p>;
  return (
    <>
      <ul className="mx-line">
        {cells.slice(0, linesMax).map((cell) => (
          <li key={`${cell.credential} ${cell.service}`}>
            <span className="trunc">{isOfKey ? cell.service : (names.get(cell.credential) ?? "")}</span>
            <CellView cell={cell} />
          </li>
        ))}
      </ul>
      {total > linesMax && (
        <p className="small muted">{(total - linesMax).toLocaleString("en")} more in the matrix</p>
      )}
    </>
  );
}
