import { clsx } from "clsx";
import type { ShownRows } from "@/components/live/records";
import { LevelWord } from "@/components/logs/level-word";
import { Clock } from "@/components/ui/words/clock";
import type { LogLine } from "@/lib/logs/schema";

interface LogRowProps {
  line: LogLine;
  open: boolean;
  /** It came with the last change of a live log. */
  arriving: boolean;
  onOpen: () => void;
}

/** 32 px: when, how serious, of which service, and what it says. Two lines on a phone. */
function LogRow({ line, open, arriving, onOpen }: LogRowProps) {
  return (
    <tr
      className={clsx(`of-${line.level}`, open && "open", arriving && "arriving")}
      aria-current={open ? "true" : undefined}
      onClick={onOpen}
    >
      <td className="lg-time">
        <Clock at={line.at} />
      </td>
      <td className="lg-level">
        <LevelWord level={line.level} />
      </td>
      <td className="lg-service">
        <span className="trunc" title={line.service ?? undefined}>
          {line.service ?? <span className="faint">–</span>}
        </span>
      </td>
      <td className="lg-message">
        <button type="button" className="lg-open" aria-expanded={open} title={line.message.slice(0, 400)}>
          <code>{oneLine(line.message)}</code>
        </button>
      </td>
    </tr>
  );
}

/** What would break a row is shown by a symbol, other control characters as terminals do: `^[`. */
function oneLine(message: string): string {
  return message
    .slice(0, 500)
    .replace(/\r\n|[\n\r\u2028\u2029]/g, " ⏎ ")
    .replace(/\t/g, " ⇥ ")
    .replace(/[\u0000-\u001f]/g, (character) => `^${String.fromCharCode(character.charCodeAt(0) + 64)}`)
    .replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** Lines, newest first. */
export function LogTable({ rows, openId, arrived, onOpen }: ShownRows<LogLine>) {
  return (
    <table className="data-table records-table log-table" aria-label="Lines, newest first">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Level</th>
          <th scope="col">Service</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((line) => (
          <LogRow
            key={line.id}
            line={line}
            open={line.id === openId}
            arriving={arrived?.has(line.id) === true}
            onOpen={() => onOpen(line.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
