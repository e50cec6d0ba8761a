import type { IncomingMessage } from "node:http";
import { log } from "@/lib/log";

/** How an answer is made while it is read, and who reads it. */
export interface AnswerStream<Part> {
  bytesOf: (part: Part) => Uint8Array[];
  /** The request on its connection; inside Next there is none to hand. */
  incoming: IncomingMessage | undefined;
  /** The client left. */
  onGone?: () => void;
}

/**
 * A body whose next part is made when the client has taken the last; leaving ends the making, wherever it stands. When
 * making fails the connection is cut, for the adapter would end the answer as if it were whole, the failure's text in it.
 */
export function answerStream<Part>(
  parts: AsyncGenerator<Part>,
  { bytesOf, incoming, onGone }: AnswerStream<Part>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (let sent = 0; sent === 0;) {
            const next = await parts.next();
            if (next.done === true) return controller.close();
            const bytes = bytesOf(next.value);
            for (const each of bytes) controller.enqueue(each);
            sent = bytes.length;
          }
        } catch (error) {
          if (incoming === undefined) throw error;
          log.warn({ err: error }, "an answer broke off");
          incoming.socket.destroy();
          controller.close();
        }
      },
      async cancel() {
        onGone?.();
        await parts.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same parts once the first is there, so that what fails before anything is said can be an answer of its own. */
export async function begun<Part>(parts: AsyncGenerator<Part>): Promise<AsyncGenerator<Part>> {
  const first = await parts.next();
  async function* all(): AsyncGenerator<Part> {
    try {
      if (first.done !== true) yield first.value;
      yield* parts;
    } finally {
      await parts.return(undefined);
    }
  }
  return all();
}
