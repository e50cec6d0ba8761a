import { readFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import pg from "pg";
import { newId } from "@/lib/db/id";
import type { TestServer } from "@/lib/testing/servers/start-server";

/** What a run asks of the event stream of one workspace. */
export interface StreamLoad {
  server: TestServer;
  workspaceId: string;
  /** A key with `read:events` and `read:keys`. */
  secret: string;
  readers: number;
  /** Readers that open the stream and never read from it. */
  silent: number;
  /** How often one more reader leaves and comes back with its last id. */
  reconnects: number;
  eventsPerSecond: number;
  /** How long events are written at least; they are until that reader came back as often as asked. */
  seconds: number;
}

/** What came of it. `missed` and `doubled` count events over all readers that read. */
export interface StreamRun {
  written: number;
  delivered: number;
  missed: number;
  doubled: number;
  dropped: number;
  /** From the event's transaction until a reader had it. */
  latenciesMs: number[];
  residentBefore: number;
  residentMost: number;
  reconnects: number;
  reconnectMissed: number;
  reconnectDoubled: number;
}

const agent = () => new Agent({ keepAlive: false, maxSockets: Infinity });

/** Loads a server's `/events/stream` with readers while events are written to its database. */
export async function loadStream(load: StreamLoad): Promise<StreamRun> {
  const client = new pg.Client({ connectionString: load.server.databaseUrl });
  await client.connect();
  const sockets = agent();
  const residentBefore = residentBytes(load.server);
  const readers = await opened(load.readers, () => openReader(load, { sockets, latencies: null }));
  const timed = await opened(4, () => openReader(load, { sockets, latencies: [] }));
  const silent = await opened(load.silent, () => openSilent(load, sockets));
  const writing: Writing = { written: 0, over: false, everBack: false };
  const coming = comeAndGo(load, { sockets, writing });
  let residentMost = residentBytes(load.server);
  const watch = setInterval(() => {
    residentMost = Math.max(residentMost, residentBytes(load.server));
  }, 250);
  await writeEvents(client, { load, writing });
  const everyone = [...readers, ...timed];
  await until(() => everyone.every(({ seen }) => seen.size >= writing.written), 15_000);
  writing.over = true;
  const came = await coming;
  clearInterval(watch);
  for (const reader of everyone) reader.close();
  for (const close of silent) close();
  sockets.destroy();
  await client.end();
  const sum = (of: (reader: Reader) => number) => everyone.reduce((total, reader) => total + of(reader), 0);
  return {
    written: writing.written,
    delivered: sum(({ seen }) => seen.size),
    missed: sum(({ seen }) => writing.written - seen.size),
    doubled: sum(({ doubled }) => doubled()),
    dropped: sum(({ dropped }) => dropped()),
    latenciesMs: timed.flatMap(({ latencies }) => latencies ?? []),
    residentBefore,
    residentMost,
    ...came,
  };
}

/** How far the load is. */
interface Writing {
  written: number;
  /** All is written, and read by those who stayed. */
  over: boolean;
  /** The reader that leaves has come back as often as asked. */
  everBack: boolean;
}

interface Reader {
  /** Numbers of the events that it got. */
  seen: Set<number>;
  doubled(): number;
  dropped(): number;
  lastId(): string | null;
  latencies: number[] | null;
  /** Resolves when the server ended the answer, or it was closed. */
  ended: Promise<void>;
  close(): void;
}

interface Opening {
  sockets: Agent;
  latencies: number[] | null;
  /** Shared by the connections of one reader that comes back. */
  seen?: Set<number>;
  lastId?: string | null;
}

function connect(
  { server, secret }: StreamLoad,
  { sockets, lastId = null }: Pick<Opening, "sockets" | "lastId">,
) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      ...(lastId === null ? {} : { "last-event-id": lastId }),
    };
    get(`${server.portal}/api/v1/events/stream?type=key.*`, { agent: sockets, headers }, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`The stream answered ${answer.statusCode}`));
    }).on("error", reject);
  });
}

async function openReader(load: StreamLoad, opening: Opening): Promise<Reader> {
  const answer = await connect(load, opening);
  const { latencies, seen = new Set<number>() } = opening;
  let [rest, doubled, dropped] = ["", 0, 0];
  let lastId = opening.lastId ?? null;
  let tell = () => {};
  const ready = new Promise<void>((resolve) => (tell = resolve));
  answer.setEncoding("utf8");
  answer.on("data", (part: string) => {
    const text = rest + part;
    const end = text.lastIndexOf("\n\n") + 2;
    if (end < 2) return void (rest = text);
    rest = text.slice(end);
    const whole = text.slice(0, end);
    for (const [, number, at] of whole.matchAll(/"subject":"key_(\d+)".*?"since":"(\d+)"/g)) {
      if (seen.has(Number(number))) doubled += 1;
      seen.add(Number(number));
      latencies?.push(Date.now() - Number(at));
    }
    if (whole.includes("event: dropped")) dropped += 1;
    const id = whole.lastIndexOf("id: ");
    if (id >= 0) lastId = whole.slice(id + 4, whole.indexOf("\n", id));
    tell();
  });
  const ended = new Promise<void>((resolve) => answer.once("close", resolve));
  answer.on("error", () => undefined);
  await ready;
  return {
    seen,
    doubled: () => doubled,
    dropped: () => dropped,
    lastId: () => lastId,
    latencies,
    ended,
    close: () => answer.destroy(),
  };
}

async function openSilent(load: StreamLoad, sockets: Agent): Promise<() => void> {
  const answer = await connect(load, { sockets });
  answer.pause();
  answer.on("error", () => undefined);
  return () => answer.destroy();
}

/** Few at a time, as clients would come. */
async function opened<Made>(count: number, open: () => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  while (made.length < count) {
    const some = Math.min(25, count - made.length);
    made.push(...(await Promise.all(Array.from({ length: some }, open))));
  }
  return made;
}

/** One reader that leaves and comes back behind its last event as often as the load says, and stays until all is written. */
async function comeAndGo(load: StreamLoad, { sockets, writing }: { sockets: Agent; writing: Writing }) {
  const seen = new Set<number>();
  let [reconnects, doubled] = [0, 0];
  let reader = await openReader(load, { sockets, latencies: null, seen });
  for (; reconnects < load.reconnects; reconnects += 1) {
    const before = seen.size;
    // Sometimes it leaves with something new, sometimes with nothing.
    await until(() => seen.size > before, 60);
    const lastId = reader.lastId();
    doubled += reader.doubled();
    reader.close();
    reader = await openReader(load, { sockets, latencies: null, seen, lastId });
  }
  writing.everBack = true;
  await until(() => writing.over, Infinity);
  await until(() => seen.size >= writing.written, 5_000);
  reader.close();
  return {
    reconnects,
    reconnectMissed: writing.written - seen.size,
    reconnectDoubled: doubled + reader.doubled(),
  };
}

const insert = `
insert into event (workspace_id, id, type, subject, data)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[])`;

const writesPerSecond = 20;

async function writeEvents(
  client: pg.Client,
  { load, writing }: { load: StreamLoad; writing: Writing },
): Promise<void> {
  const { eventsPerSecond, seconds, workspaceId } = load;
  const begun = performance.now();
  const turns = seconds * writesPerSecond;
  for (let turn = 1; turn <= turns || !writing.everBack; turn += 1) {
    if (turn > 10 * turns) throw new Error("The reader that leaves does not come back as often as asked");
    const due = Math.round((turn * eventsPerSecond) / writesPerSecond);
    const numbers = Array.from({ length: due - writing.written }, (_, index) => writing.written + index);
    const data = JSON.stringify({ kind: "calls", since: String(Date.now()), until: "" });
    await client.query(insert, [
      workspaceId,
      numbers.map(() => newId("evt")),
      numbers.map(() => "key.unflagged"),
      numbers.map((number) => `key_${number}`),
      numbers.map(() => data),
    ]);
    writing.written = due;
    const wait = begun + (turn * 1_000) / writesPerSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function until(holds: () => boolean, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resident memory of a process, in bytes. */
function residentBytes({ process: { pid } }: TestServer): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
}
