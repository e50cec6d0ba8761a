"use client";
import { History } from "lucide-react";
import type { RuleReplay } from "@/components/rules/replay/use-replay";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Shape } from "@/components/ui/words/shapes";

/** Beside Save, while the draft decides otherwise than what is stored: try it on recorded calls first, or see what that found. */
export function ReplayOffer({ replay }: { replay: RuleReplay }) {
  const permission = usePermission("read:decisions");
  const { state, start, result, isOutdated } = replay;
  if (!permission.allowed || start === null) return null;
  if (state === "running")
    return (
      <Button kind="ghost" size={28} busy="Replaying">
        Replay first
      </Button>
    );
  if (state === "done" && result !== null && !isOutdated) {
    const { newlyDenied, newlyAllowed } = result.counts;
    return (
      <Button
        kind="ghost"
        size={28}
        onClick={showReplay}
        icon={<Shape name={newlyDenied > 0 ? "deny" : "allow"} />}
      >
        {newlyDenied + newlyAllowed === 0
          ? "Changes no verdict"
          : `${newlyDenied.toLocaleString("en-GB")} denied, ${newlyAllowed.toLocaleString("en-GB")} allowed`}
      </Button>
    );
  }
  return (
    <Button
      kind="ghost"
      size={28}
      icon={<Icon of={History} />}
      onClick={() => {
        start();
        showReplay();
      }}
    >
      Replay first
    </Button>
  );
}

function showReplay(): void {
  document.getElementById("replay")?.scrollIntoView({ block: "nearest" });
}
