"use client";
import { RotateCw, X } from "lucide-react";
import { createPortal } from "react-dom";
import type { triedDraft } from "@/components/rules/draft/trial";
import { ReplayOffer } from "@/components/rules/replay/replay-offer";
import { ReplayOutcome } from "@/components/rules/replay/replay-outcome";
import { type ReplayHours, useReplay } from "@/components/rules/replay/use-replay";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";

const windows: readonly { value: ReplayHours; label: string }[] = [
  { value: "1", label: "1 h" },
  { value: "24", label: "24 h" },
  { value: "168", label: "7 d" },
];

export interface ReplayDeskProps {
  draft: ReturnType<typeof triedDraft> | null;
  startsAtOnce: boolean;
  /** Where saving offers it; null while it does not. */
  offerIn: HTMLElement | null;
}

/** Pick a window, run, and see whom the draft would have met. */
export function ReplayDesk({ draft, startsAtOnce, offerIn }: ReplayDeskProps) {
  const replay = useReplay(draft, { startsAtOnce });
  const permission = usePermission("read:decisions");
  const { state, hours, setHours, start, cancel } = replay;
  return (
    <>
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
        <ReplayOutcome replay={replay} />
      )}
      {offerIn !== null && createPortal(<ReplayOffer replay={replay} />, offerIn)}
    </>
  );
}
