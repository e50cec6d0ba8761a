import { shownValue, sizeText } from "@/components/datastore/value/value-text";
import { CodeBlock } from "@/components/ui/code-block";
import type { HeldValue } from "@/lib/client/datastore";

/** A value to be read: JSON and text as they are, of bytes their size. Nothing of it is run. */
export function ValueContent({ label, value }: { label: string; value: HeldValue }) {
  const { kind, text } = shownValue(value);
  if (text === null)
    return (
      <p className="value-bytes muted">
        {value.bytes.length === 0
          ? "No bytes."
          : `${sizeText(value.bytes.length)} that are no text. Download them to see them.`}
      </p>
    );
  if (text === "") return <p className="value-bytes muted">An empty text.</p>;
  const copy = new TextDecoder().decode(value.bytes);
  return (
    <div className="value-text">
      <CodeBlock
        label={label}
        samples={[{ label: "value", language: kind === "json" ? "json" : "text", code: text, copy }]}
      />
    </div>
  );
}
