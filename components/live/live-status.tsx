import type { LiveView } from "@/components/live/live-list";
import { StreamLost } from "@/components/states/states";
import { Note } from "@/components/ui/plate";
import { clockText } from "@/components/ui/words/when";

const words: Record<LiveView<unknown>["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  lost: "Not live",
};

/** How the stream stands. Said aloud when that changes; how many wait is only shown. */
export function LiveWord({ view: { state, paused, waiting } }: { view: LiveView<unknown> }) {
  const word = paused && state === "live" ? "Paused" : words[state];
  return (
    <span className="small muted row">
      {state === "live" && !paused && <i className="live" />}
      <span>
        <span role="status">{word}</span>
        {paused && waiting > 0 && `, ${waiting.toLocaleString("en")} waiting`}
      </span>
    </span>
  );
}

const ordinals = ["first", "second", "third", "fourth", "fifth"];

export interface InterruptionProps {
  view: LiveView<unknown>;
  /** What streams: "decisions". */
  many: string;
  /** When the newest row was, RFC 3339. */
  newestAt: string | undefined;
}

/** What is missing, when something is. */
export function Interruption({ view, many, newestAt }: InterruptionProps) {
  const { state, error, attempts, dropped } = view;
  if (state === "reconnecting")
    return (
      <div className="records-note">
        <StreamLost
          many={many}
          attempt={ordinals[attempts - 1] ?? "another"}
          since={newestAt === undefined ? "now" : clockText(newestAt).slice(0, 8)}
        />
      </div>
    );
  if (state === "lost")
    return (
      <div className="records-note">
        <Note tone="deny">
          <b>The live stream was refused.</b> {error?.detail ?? ""} What is shown below is stored; History has
          the rest.
        </Note>
      </div>
    );
  if (dropped === 0) return null;
  return (
    <div className="records-note">
      <Note tone="limited">
        <b>{dropped.toLocaleString("en")} were left out here.</b> They came faster than this page reads. They
        are kept, and in History.
      </Note>
    </div>
  );
}
