"use client";
import { clsx } from "clsx";
import { Ellipsis, Pause, Pencil, Play, RotateCcw, Trash2 } from "lucide-react";
import { sinkState } from "@/components/sinks/sink-state";
import { usePermission } from "@/components/shell/permissions";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";
import { Note } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { lengthText } from "@/components/ui/words/ahead";
import { Shape, type ShapeName } from "@/components/ui/words/shapes";
import { useNow } from "@/components/ui/words/use-now";
import type { Sink } from "@/lib/sinks/schema";

/** What can be done with a sink. */
export type SinkAct = "edit" | "pause" | "replay" | "delete";

const shapes: Record<ReturnType<typeof sinkState>["kind"], { name: ShapeName; tone: string }> = {
  delivering: { name: "active", tone: "muted" },
  behind: { name: "limited", tone: "t-limited" },
  failing: { name: "error", tone: "t-deny" },
  paused: { name: "held", tone: "muted" },
};

function SinkMenu({ sink, onAct }: { sink: Sink; onAct: (act: SinkAct) => void }) {
  const update = usePermission("update:sinks");
  const destroy = usePermission("destroy:sinks");
  const noUpdate = update.why && "no permission";
  return (
    <Menu
      trigger={
        <IconButton
          kind="ghost"
          size={28}
          label={`What can be done with ${sink.name}`}
          icon={<Icon of={Ellipsis} />}
        />
      }
      entries={[
        { label: "Edit", icon: <Icon of={Pencil} />, why: noUpdate, onSelect: () => onAct("edit") },
        {
          label: sink.disabled ? "Go on" : "Pause",
          icon: <Icon of={sink.disabled ? Play : Pause} />,
          why: noUpdate,
          onSelect: () => onAct("pause"),
        },
        {
          label: "Send again from …",
          icon: <Icon of={RotateCcw} />,
          why: noUpdate,
          onSelect: () => onAct("replay"),
        },
        "divider",
        {
          label: "Delete",
          icon: <Icon of={Trash2} />,
          danger: true,
          why: destroy.why && "no permission",
          onSelect: () => onAct("delete"),
        },
      ]}
    />
  );
}

/** A sink and how its delivery stands; what needs someone unfolds below it. */
export function SinkRow({ sink, onAct }: { sink: Sink; onAct: (act: SinkAct) => void }) {
  const now = useNow();
  const { kind, word, more } = sinkState(sink, now);
  const { pending, lagSeconds, delivered, lastDeliveredAt } = sink.delivery;
  return (
    <>
      <tr data-sink={sink.id}>
        <td>
          <div className="cell-name">
            <b>{sink.name}</b>
            <span className="small faint trunc" title={sink.url}>
              {sink.url}
            </span>
          </div>
        </td>
        <td data-label="State">
          <span className={clsx("row sink-state", shapes[kind].tone)}>
            <Shape name={shapes[kind].name} />
            {word}
          </span>
        </td>
        <td data-label="Counts">
          <span>
            {sink.subject === "customer" ? "customers" : "keys"}{" "}
            <code className="small faint">{sink.eventType}</code>
          </span>
        </td>
        <td data-label="Lag" className="num">
          {sink.disabled ? <span className="faint">—</span> : lengthText(lagSeconds)}
        </td>
        <td data-label="Waiting" className="num">
          {pending.toLocaleString("en")}
        </td>
        <td data-label="Delivered" className="num">
          {delivered.toLocaleString("en")}
        </td>
        <td data-label="Last delivered" className="num muted">
          {lastDeliveredAt === null ? "never" : <Ago at={lastDeliveredAt} />}
        </td>
        <td className="num">
          <SinkMenu sink={sink} onAct={onAct} />
        </td>
      </tr>
      {more !== null && (
        <tr className="sink-more">
          <td colSpan={8}>
            <Note tone={kind === "failing" ? "deny" : "plain"} icon={<Shape name={shapes[kind].name} />}>
              <span suppressHydrationWarning>{more}</span>
            </Note>
          </td>
        </tr>
      )}
    </>
  );
}
