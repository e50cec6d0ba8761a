"use client";
import { useState } from "react";
import type { TaskProps } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { type CustomOverlap, overlapSeconds, type OverlapChoice } from "@/components/keys/rotation/overlap";
import { OverlapDrawing } from "@/components/keys/rotation/overlap-drawing";
import { OverlapField } from "@/components/keys/rotation/overlap-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { soonText, stopText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { extendRotation } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

/** Moves the end of a running overlap, counted from now. */
export function ExtendDialog({ open, onClose, subject }: TaskProps & { subject: Key }) {
  const now = useNow();
  const [choice, choose] = useState<OverlapChoice>("24h");
  const [custom, setCustom] = useState<CustomOverlap>({ count: "48", unit: "hours" });
  const overlap = overlapSeconds(choice, custom);
  const seconds = "seconds" in overlap ? overlap.seconds : 0;
  const stops = new Date(now + seconds * 1000).toISOString();
  const change = useKeyChange({
    send: extendRotation,
    foresee: (key, input) =>
      key.id === input.id && key.rotation
        ? {
            ...key,
            rotation: { ...key.rotation, endsAt: new Date(now + input.overlapSeconds * 1000).toISOString() },
          }
        : key,
    onDone: (key) =>
      toast({
        tone: "done",
        text: `The old secret of ${key.name} stops ${stopText(key.rotation?.endsAt ?? stops, now)}.`,
      }),
    failed: () => `The overlap of ${subject.name} was not moved.`,
  });
  const extend = () => {
    change.mutate({ id: subject.id, overlapSeconds: seconds });
    onClose();
  };
  const { rotation } = subject;
  const earlier = rotation !== null && Date.parse(stops) < Date.parse(rotation.endsAt);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Extend the overlap of ${subject.name}`}
      description={rotation ? `The old secret stops ${stopText(rotation.endsAt, now)} as it is.` : undefined}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" why={"error" in overlap && overlap.error} onClick={extend}>
            {earlier ? "Shorten overlap" : "Extend overlap"}
          </Button>
        </>
      }
    >
      <OverlapField
        label="From now"
        aside={`Old secret stops ${stopText(stops, now)}`}
        choices={["1h", "24h", "7d", "custom"]}
        value={choice}
        onChange={choose}
        custom={custom}
        onCustom={setCustom}
        error={"error" in overlap ? overlap.error : undefined}
        nowMs={now}
      />
      <OverlapDrawing seconds={seconds} stops={soonText(stops, now)} />
    </Dialog>
  );
}
