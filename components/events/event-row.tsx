import { clsx } from "clsx";
import { lazy, Suspense } from "react";
import { aboutOf, callOf, summaryOf, verdictOf } from "@/components/events/event-words";
import type { ShownRows } from "@/components/live/records";
import { RouteText } from "@/components/ui/words/chips";
import { Clock } from "@/components/ui/words/clock";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import type { CloudEvent } from "@/lib/events/schema";

/** Fetched with the first event that is unfolded. */
const EventFold = lazy(async () => ({
  default: (await import("@/components/events/event-fold")).EventFold,
}));

interface EventRowProps {
  event: CloudEvent;
  open: boolean;
  /** It came with the last change of a live list. */
  arriving: boolean;
  onToggle: () => void;
}

/** 32 px: when, what, about whom, and what more there is to say. Two lines on a phone. */
function EventRow({ event, open, arriving, onToggle }: EventRowProps) {
  const verdict = verdictOf(event.type);
  const about = aboutOf(event);
  return (
    <tr className={clsx(open && "open", arriving && "arriving")} onClick={onToggle}>
      <td className="e-time">
        <Clock at={event.time} />
      </td>
      <td className="e-type">
        <button type="button" className="e-open" aria-expanded={open}>
          {verdict === null ? (
            <span className="trunc">{event.type}</span>
          ) : (
            <VerdictWord verdict={verdict}>{event.type}</VerdictWord>
          )}
        </button>
      </td>
      <td className="e-subject">
        <span className="trunc" title={event.subject ?? ""}>
          {about.isId ? <code>{about.text}</code> : about.text}
        </span>
      </td>
      <td className="e-what">
        <What event={event} />
      </td>
    </tr>
  );
}

/** A call is shown as everywhere else; all else in words. */
function What({ event }: { event: CloudEvent }) {
  const call = callOf(event);
  const summary = summaryOf(event);
  return (
    <span className="trunc" title={summary}>
      {call === null ? (
        summary
      ) : (
        <>
          <RouteText method={call.method} path={call.path} /> <span className="e-words">{call.words}</span>
        </>
      )}
    </span>
  );
}

/** Events, newest first; the open one shows all that it says below its row. */
export function EventTable({ rows, openId, arrived, onOpen }: ShownRows<CloudEvent>) {
  return (
    <table className="data-table ev-table" aria-label="Events, newest first">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Type</th>
          <th scope="col">About</th>
          <th scope="col">What happened</th>
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((event) => [
          <EventRow
            key={event.id}
            event={event}
            open={event.id === openId}
            arriving={arrived?.has(event.id) === true}
            onToggle={() => onOpen(event.id === openId ? null : event.id)}
          />,
          ...(event.id === openId
            ? [
                <Suspense key={`${event.id} open`} fallback={null}>
                  <EventFold event={event} />
                </Suspense>,
              ]
            : []),
        ])}
      </tbody>
    </table>
  );
}
