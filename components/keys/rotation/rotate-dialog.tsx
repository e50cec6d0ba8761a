"use client";
import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useRef, useState } from "react";
import { newIdempotencyKey } from "@/components/keys/act/idempotency-key";
import { type TaskProps, useKeyTask } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { type CustomOverlap, overlapSeconds, type OverlapChoice } from "@/components/keys/rotation/overlap";
import { OverlapDrawing } from "@/components/keys/rotation/overlap-drawing";
import { OverlapField } from "@/components/keys/rotation/overlap-field";
import { lastHour } from "@/components/keys/rotation/traffic";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/plate";
import { soonText, stopText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { agoText } from "@/components/ui/words/when";
import { rotateKey } from "@/lib/client/keys";
import { usage } from "@/lib/client/records/usage";
import type { Key } from "@/lib/keys/schema";

function InUse({ subject, nowMs, overlap }: { subject: Key; nowMs: number; overlap: boolean }) {
  const { data } = useQuery(usage.ofKey(subject.id, "24h"));
  const calls = data
    ? lastHour(data.series.map(({ ok, limited, denied, error }) => ok + limited + denied + error))
    : 0;
  if (subject.lastUsedAt === null)
    return (
      <Note icon={<Icon of={Activity} />}>Never used so far: nothing depends on the old secret yet.</Note>
    );
  return (
    <Note tone={overlap ? "plain" : "limited"} icon={<Icon of={Activity} />}>
      Used {agoText(subject.lastUsedAt, nowMs)}
      {calls > 0 && (
        <>
          , <b>{calls.toLocaleString("en")} calls in the last hour</b>
        </>
      )}
      . {overlap ? "With no overlap they would fail" : "They fail"} until they have the new secret.
    </Note>
  );
}

/** Gives a key a new secret, and the old one time to leave; then shows the new one once. */
export function RotateDialog({ open, onClose, subject }: TaskProps & { subject: Key }) {
  const start = useKeyTask();
  const now = useNow();
  const confirm = useRef<HTMLButtonElement>(null);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [choice, choose] = useState<OverlapChoice>("24h");
  const [custom, setCustom] = useState<CustomOverlap>({ count: "48", unit: "hours" });
  const overlap = overlapSeconds(choice, custom);
  const change = useKeyChange({
    send: rotateKey,
    onDone: (issued) => start({ kind: "reveal", issued, because: "rotated" }),
    failed: () => `${subject.name} was not rotated.`,
  });
  const seconds = "seconds" in overlap ? overlap.seconds : 0;
  const stops = new Date(now + seconds * 1000).toISOString();
  const rotate = () => {
    if ("seconds" in overlap)
      change.mutate({ id: subject.id, overlapSeconds: overlap.seconds, idempotencyKey });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Rotate ${subject.name}`}
      initialFocus={confirm}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            ref={confirm}
            kind="primary"
            busy={change.isPending && "Rotating"}
            why={"error" in overlap && overlap.error}
            onClick={rotate}
          >
            Rotate key
          </Button>
        </>
      }
    >
      <p className="muted">
        You get a new secret once. The old one keeps working through the overlap, then stops. The key keeps
        its id, history and limits.
      </p>
      <OverlapField
        label="Overlap"
        aside={seconds === 0 ? "Old secret stops at once" : `Old secret stops ${stopText(stops, now)}`}
        choices={["none", "1h", "24h", "7d", "custom"]}
        value={choice}
        onChange={choose}
        custom={custom}
        onCustom={setCustom}
        error={"error" in overlap ? overlap.error : undefined}
        nowMs={now}
      />
      <OverlapDrawing seconds={seconds} stops={soonText(stops, now)} />
      <InUse subject={subject} nowMs={now} overlap={seconds > 0} />
    </Dialog>
  );
}
