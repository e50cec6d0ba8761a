import { cloudEvent, type Happened } from "@/lib/events/store/cloud-event";
import type { StreamFormat } from "@/lib/events/stream/stream-response";

/** An event with what a client says to go on behind it; null where it cannot go on from there. */
export interface Framed {
  happened: Happened;
  resume: string | null;
  /** Its JSON, written once for each of the two kinds of readers. */
  texts: { whole?: string; forCustomer?: string };
}

/** Who reads: of which workspace, and bound to which customer. */
export interface ReadBy {
  workspaceId: string;
  bound: string | null;
}

function textOf({ happened, texts }: Framed, by: ReadBy): string {
  if (by.bound === null || happened.dataForCustomer === undefined)
    return (texts.whole ??= JSON.stringify(cloudEvent(happened, { ...by, bound: null })));
  return (texts.forCustomer ??= JSON.stringify(cloudEvent(happened, by)));
}

/** One event as it goes out. */
export function frame(framed: Framed, { by, format }: { by: ReadBy; format: StreamFormat }): string {
  const text = textOf(framed, by);
  const { resume } = framed;
  if (format === "sse") return resume === null ? `data: ${text}\n\n` : `id: ${resume}\ndata: ${text}\n\n`;
  return resume === null ? `${text}\n` : `${text.slice(0, -1)},"resume":"${resume}"}\n`;
}
