/**
 * Gives up on work that takes longer than `ticks` times `tickMs`. It counts turns of the event loop's clock and not
 * time: after a long turn, in which no answer could be read, there is still patience left to read it.
 */
export function createPatience({ tickMs, ticks }: { tickMs: number; ticks: number }) {
  const waiting = new Set<{ ticksLeft: number; giveUp: () => void }>();
  let timer: NodeJS.Timeout | null = null;
  const tick = () => {
    for (const one of waiting) {
      one.ticksLeft -= 1;
      if (one.ticksLeft < 0) one.giveUp();
    }
    if (waiting.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  return function patiently<Answer>(work: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const one = { ticksLeft: ticks, giveUp: () => done(() => reject(new Error("no answer in time"))) };
      const done = (settle: () => void) => {
        waiting.delete(one);
        settle();
      };
      waiting.add(one);
      timer ??= setInterval(tick, tickMs).unref();
      work.then(
        (answer) => done(() => resolve(answer)),
        (error: unknown) => done(() => reject(error)),
      );
    });
  };
}
