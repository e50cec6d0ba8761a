"use client";
import { RotateCw, X } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ReplayHours, RuleReplay } from "@/components/rules/replay/use-replay";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";

/** What a replay says comes with the first one. */
const ReplayOutcome = lazy(async () => ({
  default: (await import("@/components/rules/replay/replay-outcome")).ReplayOutcome,
}));

const windows: readonly { value: ReplayHours; label: string }[] = [
  { value: "1", label: "1 h" },
  { value: "24", label: "24 h" },
  { value: "168", label: "7 d" },
];

/** Tries the draft on what was decided already: pick a window, run, and see whom it would have met. */
export function ReplaySection({ replay }: { replay: RuleReplay }) {
  const permission = usePermission("read:decisions");
  const { state, hours, setHours, start, cancel } = replay;
  return (
    <div className="ed-sec replay" id="replay">
      <div className="row replay-head">
        <h2>Replay</h2>
        <SegmentedControl label="Window" options={windows} value={hours} onChange={setHours} />
        <span className="grow" />
        {state === "running" ? (
          <Button kind="ghost" size={28} icon={<Icon of={X} />} onClick={cancel}>
            Cancel
          </Button>
        ) : (
          <Button
            kind="ghost"
            size={28}
            icon={<Icon of={RotateCw} />}
            why={permission.why || (start === null && "It runs as soon as the rule is valid")}
            onClick={() => start?.()}
          >
            {state === "idle" ? "Replay" : "Again"}
          </Button>
        )}
      </div>
      {state === "idle" ? (
        <p className="small muted">
          Judges recorded decisions once more with this draft and says what would change. Nothing is stored.
        </p>
      ) : (
        <Suspense fallback={<p className="small muted">Beginning.</p>}>
          <ReplayOutcome replay={replay} />
        </Suspense>
      )}
    </div>
  );
}
