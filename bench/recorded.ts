import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

const Ready = z.object({ recording: z.object({ pending: z.number(), dropped: z.number() }) });

/** Waits until every record of a Latchkey at `origin` is in its database. Throws when one was lost, or after two minutes. */
export async function allRecorded(origin: string): Promise<void> {
  const until = Date.now() + 120_000;
  for (;;) {
    const { recording } = Ready.parse(await (await fetch(`${origin}/readyz`)).json());
    if (recording.dropped > 0) throw new Error(`${recording.dropped} records were lost`);
    if (recording.pending === 0) return;
    if (Date.now() > until) throw new Error(`${recording.pending} records still wait`);
    await wait(50);
  }
}
