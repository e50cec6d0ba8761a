import { Note } from "@/components/ui/plate";
import { Shape } from "@/components/ui/words/shapes";

/** Why something was refused, where it was asked for; nothing without an error. */
export function RefusalNote({ error }: { error: { message: string } | null }) {
  if (error === null) return null;
  return (
    <div role="alert">
      <Note tone="deny" icon={<Shape name="error" />}>
        {error.message}
      </Note>
    </div>
  );
}
