import type { z } from "zod";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import { CreateSink, type Sink, UpdateSink } from "@/lib/sinks/schema";

/** A sink as it is typed. */
export interface SinkDraft {
  name: string;
  url: string;
  /** Empty keeps what is stored, or stores none. */
  token: string;
  eventType: string;
  subject: "customer" | "key";
  /** `2026-11-01T00:00`, UTC; empty means from now on. */
  from: string;
}

/** Where the API's refusals are shown. */
export const sinkPlaces: FieldPlaces = {
  fields: {
    name: "name",
    url: "url",
    token: "token",
    eventType: "eventType",
    from: "from",
    replayFrom: "from",
  },
  conflict: "name",
};

/** The form of a sink that exists, or of one to be made. */
export function sinkDraftOf(sink: Sink | null): SinkDraft {
  return {
    name: sink?.name ?? "openmeter",
    url: sink?.url ?? "",
    token: "",
    eventType: sink?.eventType ?? "latchkey.usage",
    subject: sink?.subject ?? "customer",
    from: "",
  };
}

/** A moment that was typed, as the API says it; an empty one is undefined, a broken one is left for the API's schema. */
export function momentOf(text: string): string | undefined {
  if (text === "") return undefined;
  const moment = new Date(`${text}Z`);
  return Number.isNaN(moment.getTime()) ? text : moment.toISOString();
}

/** Reads a new sink by the API's own schema. */
export function readNewSink(draft: SinkDraft): ReadDraft<z.output<typeof CreateSink>> {
  const { name, url, token, eventType, subject } = draft;
  const from = momentOf(draft.from);
  const parsed = CreateSink.safeParse({
    name,
    url,
    eventType,
    subject,
    ...(token === "" ? {} : { token }),
    ...(from === undefined ? {} : { from }),
  });
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, sinkPlaces) };
}

/** Reads what was changed of a sink; null when nothing was. */
export function readSinkChange(draft: SinkDraft, sink: Sink): ReadDraft<z.output<typeof UpdateSink>> {
  const { name, url, token } = draft;
  const change = {
    ...(name.trim() === sink.name ? {} : { name }),
    ...(url.trim() === sink.url ? {} : { url }),
    ...(token === "" ? {} : { token }),
  };
  if (Object.keys(change).length === 0) return { input: null };
  const parsed = UpdateSink.safeParse(change);
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, sinkPlaces) };
}

/** Reads from when on events are to be sent once more. */
export function readReplay(text: string): ReadDraft<z.output<typeof UpdateSink>> {
  const replayFrom = momentOf(text);
  if (replayFrom === undefined) return { errors: { from: "Choose a day and a time." } };
  const parsed = UpdateSink.safeParse({ replayFrom });
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, sinkPlaces) };
}
