import { type DiffLine, diffLines } from "@/components/rules/json/diff";

export interface DiffViewProps {
  /** What is compared, for screen readers: "v417 and v418". */
  label: string;
  before: string;
  after: string;
}

const contextLines = 3;

const signs = { same: " ", removed: "−", added: "+" } as const;
const spoken = { same: "", removed: "removed: ", added: "added: " } as const;

/** Two texts line by line; long stretches that are the same are left out. */
export function DiffView({ label, before, after }: DiffViewProps) {
  const lines = diffLines(before.trimEnd(), after.trimEnd());
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ kind }) => kind !== "same"),
  );
  if (lines.every(({ kind }) => kind === "same")) return <p className="muted">Nothing differs.</p>;
  return (
    <div className="code diff" role="region" aria-label={label} tabIndex={0}>
      <ol>
        {lines.map((line, at) =>
          near[at] ? (
            <Line key={at} line={line} />
          ) : near[at - 1] ? (
            <li key={at} className="skipped">
              ⋯
            </li>
          ) : null,
        )}
      </ol>
    </div>
  );
}

function Line({ line }: { line: DiffLine }) {
  return (
    <li className={line.kind}>
      <span aria-hidden="true">{signs[line.kind]}</span>
      <span className="vh">{spoken[line.kind]}</span>
      {line.text}
    </li>
  );
}
