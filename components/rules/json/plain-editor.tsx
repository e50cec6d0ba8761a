import type { RefObject, SyntheticEvent } from "react";
import type { CodeEditorProps } from "@/components/rules/json/code-editor";

const words =
  /("(?:[^"\\\n]|\\.)*")(?=\s*:)|("(?:[^"\\\n]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null)|[{}[\],:]/g;

interface Piece {
  text: string;
  tone: "key" | "string" | "number" | "punct" | undefined;
}

function colour(line: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const [text, key, string, number] of line.matchAll(words)) {
    const at = line.indexOf(text, from);
    pieces.push({ text: line.slice(from, at), tone: undefined });
    const tone = key ? "key" : string ? "string" : number ? "number" : "punct";
    pieces.push({ text, tone });
    from = at + text.length;
  }
  return [...pieces, { text: line.slice(from), tone: undefined }];
}

export interface PlainEditorProps extends Pick<
  CodeEditorProps,
  "label" | "text" | "onChange" | "onCursor" | "readOnly"
> {
  ref: RefObject<HTMLTextAreaElement | null>;
  /** Someone is about to write here. */
  onWake: () => void;
}

/** Coloured JSON with a see-through text field over it. */
export function PlainEditor({ label, text, onChange, onCursor, readOnly, ref, onWake }: PlainEditorProps) {
  const lines = text.split("\n");
  const tellCursor = ({ currentTarget: { value, selectionEnd } }: SyntheticEvent<HTMLTextAreaElement>) => {
    const before = value.slice(0, selectionEnd).split("\n");
    onCursor(before.length, (before.at(-1) ?? "").length + 1);
  };
  return (
    <div className="ed-host ed-plain" onPointerEnter={onWake}>
      <ol aria-hidden="true">
        {lines.map((line, at) => (
          <li key={at}>
            {colour(line).map(({ text: piece, tone }, place) => (
              <span key={place} className={tone && `j-${tone}`}>
                {piece}
              </span>
            ))}
          </li>
        ))}
      </ol>
      <textarea
        ref={ref}
        aria-label={label}
        value={text}
        rows={lines.length}
        wrap="off"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        readOnly={readOnly}
        onChange={(event) => onChange(event.target.value)}
        onSelect={tellCursor}
        onFocus={onWake}
      />
    </div>
  );
}
