import { Note } from "@/components/ui/plate";
import { Shape } from "@/components/ui/words/shapes";

/** Why the whole form was refused, said aloud as it appears. */
export function FailureNote({ text }: { text: string | null }) {
  return (
    <div role="alert" className="contents">
      {text !== null && (
        <Note tone="deny" icon={<Shape name="error" />}>
          {text}
        </Note>
      )}
    </div>
  );
}
