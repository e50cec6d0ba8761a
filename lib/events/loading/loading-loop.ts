import { log } from "@/lib/log";
import { batchRows, type SpoolLoader } from "@/lib/events/loading/spool-loader";

/** Records wait this long for company before they are loaded. */
const gatherMs = 100;

/** A process is busy from this share of its time on. */
const busyFrom = 0.75;

/** While the process is busy answering, and nobody looks on, records wait at most this long. */
export const deferralMaxMs = 15_000;

/** A spool of a process that is gone, to be loaded to its end. */
export interface Inheritance {
  loader: SpoolLoader;
  /** All its records are stored. */
  finish(): Promise<void>;
}

/** What the loop works on. */
export interface LoopParts {
  own: SpoolLoader;
  inherited: readonly Inheritance[];
  /** Share of its time that the process's main thread was at work lately, 0 to 1. */
  busy(): number;
  /** Whether someone waits for records to arrive, or the spool fills up. */
  urgent(): boolean;
}

/** Loads what is spooled, for as long as the process runs. */
export interface LoadingLoop {
  /** Something was written. */
  wake(): void;
  /** Loads all that is there, trying for at most `timeoutMs`. True when nothing waits any more. */
  flush(timeoutMs: number): Promise<boolean>;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

/** Starts loading: first what others left, then this process's own. */
export function startLoadingLoop({ own, inherited, busy, urgent }: LoopParts): LoadingLoop {
  let stopped = false;
  let flushing = 0;
  let idle = false;
  /** Records have waited long enough: they are loaded until there are few. */
  let overdue = false;
  let interrupt: (() => void) | null = null;
  const flushed = new Set<() => void>();

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      timer.unref();
      interrupt = done;
      function done() {
        clearTimeout(timer);
        interrupt = null;
        resolve();
      }
    });
  }

  async function drain(loader: SpoolLoader): Promise<void> {
    while (!stopped && (await loader.step()) > 0) if (loader.backOffMs() > 0) await pause(loader.backOffMs());
  }

  async function inherit(): Promise<void> {
    for (const { loader, finish } of inherited) {
      await drain(loader);
      loader.close();
      while (!stopped && !(await succeeds(finish))) await pause(1_000);
    }
  }

  /** Answers before records: loading shares the machine with the calls it records. */
  async function giveWay(): Promise<void> {
    // Time that passes, whatever clocks are set to.
    const until = performance.now() + deferralMaxMs;
    while (!stopped && !overdue && flushing === 0 && busy() >= busyFrom && !urgent()) {
      await pause(gatherMs);
      overdue = performance.now() >= until;
    }
  }

  async function run(): Promise<void> {
    await inherit();
    while (!stopped) {
      await giveWay();
      const asked = [...flushed];
      const loaded = await own.step();
      if (loaded < batchRows) overdue = false;
      if (own.backOffMs() > 0) await pause(own.backOffMs());
      else if (loaded === 0) await rest(asked);
      else if (loaded < batchRows && flushing === 0) await pause(gatherMs);
    }
  }

  /** Nothing is there: tells those who asked before it was looked for, and waits for more. */
  async function rest(asked: readonly (() => void)[]): Promise<void> {
    for (const tell of asked) tell();
    if (stopped || flushed.size > 0) return;
    idle = true;
    await new Promise<void>((resolve) => (interrupt = resolve));
    idle = false;
    if (flushing === 0) await pause(gatherMs);
  }

  const running = run();
  return {
    wake() {
      if (idle) interrupt?.();
    },
    async flush(timeoutMs) {
      flushing += 1;
      const drained = new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => end(false), timeoutMs);
        const tell = () => end(true);
        function end(done: boolean) {
          clearTimeout(timer);
          flushed.delete(tell);
          resolve(done);
        }
        flushed.add(tell);
      });
      interrupt?.();
      const done = await drained;
      flushing -= 1;
      return done;
    },
    async stop() {
      stopped = true;
      interrupt?.();
      await running;
      own.close();
    },
  };
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log.warn({ err: error }, "a spool that was loaded is not yet done with");
    return false;
  }
}
