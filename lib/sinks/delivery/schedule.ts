import { sql } from "@/lib/db/client";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { deliverSink } from "@/lib/sinks/delivery/deliver";

const everyMs = 5_000;
/** Sinks that are served side by side, so that one that hangs does not hold up the others. */
const atOnce = 4;

interface Schedule {
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
  stop: AbortController;
}

const schedule = () =>
  processState<Schedule>("sink-schedule", () => ({
    timer: null,
    running: null,
    stop: new AbortController(),
  }));

/** Looks every five seconds which sinks have something to send. Called once at start. */
export function startSinks(): void {
  const state = schedule();
  state.stop = new AbortController();
  plan(state);
}

/** Breaks tries off; what they sent is sent again with the same ids. */
export async function stopSinks(): Promise<void> {
  const state = schedule();
  state.stop.abort();
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  await state.running;
}

/** Serves every sink that is due, once. */
export async function deliverDueSinks(signal?: AbortSignal): Promise<void> {
  const { rows } = await sql().query<{ workspace_id: string; id: string }>(dueStatement);
  const queue = [...rows];
  const serve = async () => {
    for (let sink = queue.shift(); sink !== undefined && signal?.aborted !== true; sink = queue.shift()) {
      const { id } = sink;
      await deliverSink({ workspaceId: sink.workspace_id, id }, { signal }).catch((error: unknown) =>
        log.warn({ err: error, sink: id }, "a sink was not served"),
      );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, serve));
}

/** Those whose next minute is over, to which something came late, or for which events wait. */
const dueStatement = `
select workspace_id, id from sink s
where disabled_at is null and (lease_until is null or lease_until < now()) and (next_attempt_at is null or next_attempt_at <= now())
  and (read_until <= now() - interval '2 minutes'
    or exists (select 1 from usage_late l where l.workspace_id = s.workspace_id and l.seq > s.late_seq)
    or exists (select 1 from sink_event e where e.workspace_id = s.workspace_id and e.sink_id = s.id and e.delivered_at is null))
order by random()`;

function plan(state: Schedule): void {
  if (state.stop.signal.aborted) return;
  state.timer = setTimeout(() => {
    state.running = run(state);
  }, everyMs).unref();
}

async function run(state: Schedule): Promise<void> {
  try {
    await deliverDueSinks(state.stop.signal);
  } catch (error) {
    log.warn({ err: error }, "sinks were not looked at; the next run tries again");
  }
  plan(state);
}
