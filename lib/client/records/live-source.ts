import type { z } from "zod";
import { followEvents, type StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { isFields } from "@/lib/client/request/read-unknown";
import { urlOf, type QueryValue } from "@/lib/client/request/request";

/** What a follower of live rows is told. */
export interface LiveListener<Row> {
  onRow(row: Row): void;
  /** The newest rows, oldest first, before those that arrive; `joined` is false when older ones may be missing before them. */
  onNewest(rows: readonly Row[], told: { joined: boolean }): void;
  onState(state: StreamState, error: ProblemError | null): void;
  /** The server left out this many because they came faster than they were read. */
  onDropped(count: number): void;
}

/**
 * Follows rows as they come; after a lost connection, and for the next follower, it goes on behind the last one seen, so
 * nothing is missed or doubled. Returns how to stop.
 */
export type LiveSource<Row> = (listener: LiveListener<Row>) => () => void;

/** Where rows come from. */
export interface LiveStream<Row> {
  path: string;
  filters: Readonly<Record<string, QueryValue>>;
  /** Name of a row's event. */
  name: string;
  /** Place of the last row that is shown already, or how many of the newest to begin with. */
  begin: { after: string } | { last: number };
  /** Fetched with the first row. */
  row: () => Promise<z.ZodType<Row>>;
}

/** A stream of rows that goes on by itself after the last one it gave, whenever its connection ends. */
export function liveSource<Row>({ path, filters, name, begin, row }: LiveStream<Row>): LiveSource<Row> {
  let place = begin;
  return (listener) => {
    // What has no id stands before the stream's first place: who loses it begins again.
    let newest: Row[] = [];
    const address = () => {
      newest = [];
      return urlOf(path, { ...filters, ...place });
    };
    const begun = () => {
      if ("last" in place && place.last > 0)
        listener.onNewest(newest, { joined: newest.length < place.last });
      newest = [];
    };
    return followEvents(address, {
      onState: (state, error) => listener.onState(state, error),
      async onEvent({ id, name: told, data }) {
        const value: unknown = JSON.parse(data);
        if (id !== null && "last" in place) begun();
        if (told === name) {
          const read = (await row()).safeParse(value);
          if (read.success && id === null) newest.push(read.data);
          else if (read.success) listener.onRow(read.data);
        } else if (told === "dropped" && isFields(value) && typeof value["count"] === "number")
          listener.onDropped(value["count"]);
        if (id !== null) place = { after: id };
      },
    });
  };
}
