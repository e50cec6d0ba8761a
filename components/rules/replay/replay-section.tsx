"use client";
import { RotateCw } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { triedDraft } from "@/components/rules/draft/trial";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

/** All but the first button comes when it is wanted. */
const ReplayDesk = lazy(async () => ({
  default: (await import("@/components/rules/replay/replay-desk")).ReplayDesk,
}));

export interface ReplaySectionProps {
  /** Null while the rule is not valid. */
  draft: ReturnType<typeof triedDraft> | null;
  /** Whether the draft decides otherwise than what is stored, so that saving offers a replay. */
  isOffered: boolean;
  /** Where the offer goes: beside Save. */
  slot: HTMLElement | null;
}

/** Tries the draft on what was decided already. */
export function ReplaySection({ draft, isOffered, slot }: ReplaySectionProps) {
  const [opened, setOpened] = useState<"not" | "with-offer" | "to-run">("not");
  if (isOffered && opened === "not") setOpened("with-offer");
  const closed = <Closed isReady={draft !== null} onRun={() => setOpened("to-run")} />;
  return (
    <div className="ed-sec replay" id="replay">
      {opened === "not" ? (
        closed
      ) : (
        <Suspense fallback={closed}>
          <ReplayDesk draft={draft} startsAtOnce={opened === "to-run"} offerIn={isOffered ? slot : null} />
        </Suspense>
      )}
    </div>
  );
}

function Closed({ isReady, onRun }: { isReady: boolean; onRun: () => void }) {
  const permission = usePermission("read:decisions");
  return (
    <>
      <div className="row replay-head">
        <h2>Replay</h2>
        <span className="grow" />
        <Button
          kind="ghost"
          size={28}
          icon={<Icon of={RotateCw} />}
          why={permission.why || (!isReady && "It runs as soon as the rule is valid")}
          onClick={onRun}
        >
          Replay
        </Button>
      </div>
      <p className="small muted">
        Judges recorded decisions once more with this draft and says what would change. Nothing is stored.
      </p>
    </>
  );
}
