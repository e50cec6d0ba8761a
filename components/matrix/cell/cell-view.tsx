import { clsx } from "clsx";
import { cellSentence, plainWord, stateLooks } from "@/components/matrix/cell/words";
import { Shape } from "@/components/ui/words/shapes";
import type { MatrixCell } from "@/lib/matrix/schema";

const refusals: ReadonlySet<MatrixCell["checks"][number]> = new Set([
  "revoked",
  "expired",
  "disabled",
  "no-credential",
]);

/** The rules that a cell shows: those that count in its state, and shadow rules that are attached right to it. */
function chipsOf({ rules }: MatrixCell) {
  return rules.filter(({ mode, via }) => mode === "enforce" || via === "cell");
}

/** Whether nothing but the service's default decides in a cell. */
export function isDefault({ rules, checks }: MatrixCell): boolean {
  return checks.length === 0 && !rules.some(({ mode }) => mode === "enforce");
}

/** What one cell comes to: the state's shape, then the first rule as a chip and how many more there are. */
export function CellView({ cell }: { cell: MatrixCell }) {
  const plain = isDefault(cell);
  const [first, ...more] = chipsOf(cell);
  // What refuses every call says more than any rule that could not have its say.
  const refusal = cell.checks.some((check) => refusals.has(check));
  return (
    <span className={clsx("mx-cell", plain ? "st-none" : stateLooks[cell.state].className)}>
      <Shape name={plain ? "service-default" : stateLooks[cell.state].shape} />
      <span className="vh">{cellSentence(cell, plain)}</span>
      <span className="mx-what" aria-hidden="true">
        {first === undefined || refusal ? (
          <span className="mx-def">{plainWord(cell)}</span>
        ) : (
          <span
            className={clsx("rule", first.mode === "shadow" ? "shadow" : first.effect)}
            title={first.name}
          >
            {first.name}
          </span>
        )}
        {more.length > 0 && !refusal && (
          <span className="mx-more" title={more.map(({ name }) => name).join(", ")}>
            +{more.length}
          </span>
        )}
      </span>
    </span>
  );
}
