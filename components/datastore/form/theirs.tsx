import { ValueContent } from "@/components/datastore/value/value-content";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { Shape } from "@/components/ui/words/shapes";
import type { HeldValue } from "@/lib/client/datastore";

export interface TheirsProps {
  /** What is there now, or that nothing is. */
  theirs: HeldValue | "gone";
  onTake: (value: HeldValue) => void;
  onKeepMine: () => void;
}

/** Someone else wrote first: what is there now, and the two ways on. */
export function Theirs({ theirs, onTake, onKeepMine }: TheirsProps) {
  const isGone = theirs === "gone";
  return (
    <div className="theirs" role="group" aria-label="What is there now">
      <Note tone="limited" icon={<Shape name="limited" />}>
        {isGone ? (
          <>
            <b>It was deleted meanwhile.</b> Nothing of yours was saved; saving makes it anew.
          </>
        ) : (
          <>
            <b>
              Someone else wrote it <Ago at={theirs.updatedAt} />.
            </b>{" "}
            Nothing of yours was saved. This is there now:
          </>
        )}
      </Note>
      {!isGone && <ValueContent label="Their value" value={theirs} />}
      <div className="row">
        {!isGone && <Button onClick={() => onTake(theirs)}>Edit theirs</Button>}
        <Button onClick={onKeepMine}>Keep mine</Button>
      </div>
    </div>
  );
}
