import { holds } from "@/lib/scopes/grant";
import { newId } from "@/lib/db/id";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import type { IssuedSeedKey } from "@/prisma/acme-keys";

/** What the history is written for. */
export interface HistorySubject {
  workspaceId: string;
  /** Service ids by slug. */
  services: ReadonlyMap<string, string>;
  keys: readonly IssuedSeedKey[];
  /** Customer ids by external id. */
  customers: ReadonlyMap<string, string>;
  now: number;
}

const days = 14;
const hourMs = 3_600_000;

/** Two weeks of plausible decisions through the loader's own statement: office hours, quiet weekends, a burst of refusals. */
export async function seedHistory(subject: HistorySubject): Promise<void> {
  const random = sequence(20_261_101);
  const start = subject.now - days * 24 * hourMs;
  for (let hour = start; hour < subject.now; hour += 6 * hourMs) {
    const records: DecisionRecord[] = [];
    for (let at = hour; at < Math.min(hour + 6 * hourMs, subject.now); at += hourMs)
      for (const key of subject.keys) records.push(...callsOfHour(subject, { key, at, random }));
    records.sort((one, other) => one.atMs - other.atMs);
    for (let from = 0; from < records.length; from += 1_000)
      await insertBatch(records.slice(from, from + 1_000));
  }
  await seedWildMinutes(subject, random);
}

const wildMinutes = 9;
const wildCallsPerMinute = 30;

/** One key has been calling far more than ever for some minutes, which is what flags are for. */
async function seedWildMinutes(subject: HistorySubject, random: () => number): Promise<void> {
  const key = subject.keys.find(({ name }) => name === "submissions-bot");
  if (key === undefined) return;
  const times = Array.from(
    { length: wildMinutes * wildCallsPerMinute },
    (_, index) => subject.now - (index + 1) * (60_000 / wildCallsPerMinute),
  );
  await insertBatch(times.reverse().map((at) => call(subject, { key, at, random })));
}

interface Hour {
  key: IssuedSeedKey;
  at: number;
  random: () => number;
}

function callsOfHour(subject: HistorySubject, hour: Hour): DecisionRecord[] {
  const { key, at, random } = hour;
  const time = new Date(at);
  const weekday = time.getUTCDay() % 6 === 0 ? 0.35 : 1;
  const daylight = 0.35 + 0.65 * Math.max(0, Math.sin(((time.getUTCHours() - 5) / 24) * 2 * Math.PI));
  const usual = (key.traffic / 16) * weekday * daylight * (0.75 + random() * 0.5);
  const count = Math.round(isBursting(subject, key, at) ? Math.max(40, usual * 3) : usual);
  return Array.from({ length: count }, () => {
    const atMs = Math.min(at + random() * hourMs, subject.now - 1_000);
    return call(subject, { ...hour, at: atMs });
  });
}

/** One key went wrong this morning, so that the overview has something to point at. */
function isBursting(subject: HistorySubject, key: IssuedSeedKey, at: number): boolean {
  return key.name === "partner-feed" && subject.now - at < 9 * hourMs;
}

const routes = [
  {
    service: "invoices",
    method: "GET",
    path: "/v1/invoices",
    route: "/v1/invoices/{id?}",
    rule: "invoices-read",
    needs: "read:invoices",
    upstreamMs: 18,
  },
  {
    service: "invoices",
    method: "GET",
    path: "/v1/invoices/inv_1014",
    route: "/v1/invoices/{id?}",
    rule: "invoices-read",
    needs: "read:invoices",
    upstreamMs: 12,
  },
  {
    service: "invoices",
    method: "POST",
    path: "/v1/invoices",
    route: "/v1/invoices",
    rule: "invoices-write-paid-plans",
    needs: "write:invoices",
    upstreamMs: 42,
  },
  {
    service: "submissions",
    method: "POST",
    path: "/batch",
    route: "/**",
    rule: "submissions-write",
    needs: "write:submissions",
    upstreamMs: 61,
  },
  { service: "echo", method: "GET", path: "/hello", route: null, rule: null, needs: null, upstreamMs: 2 },
  { service: "status", method: "GET", path: "/", route: null, rule: null, needs: null, upstreamMs: 1 },
] as const;

/** What the rules let a key call, so that the history agrees with them. */
function routesOf(key: IssuedSeedKey): (typeof routes)[number][] {
  return routes.filter(
    ({ service, needs }) =>
      (needs === null || holds(key.grant, needs)) && !(service === "invoices" && key.environment === "test"),
  );
}

const refused = {
  service: "invoices",
  method: "POST",
  path: "/v1/invoices",
  route: null,
  rule: null,
  needs: null,
  upstreamMs: 0,
} as const;

function call(subject: HistorySubject, { key, at, random }: Hour): DecisionRecord {
  const denied = random() < (isBursting(subject, key, at) ? 0.5 : key.deniedShare);
  const open = routesOf(key);
  const route = denied ? refused : (open[Math.floor(random() ** 1.6 * open.length)] ?? routes[4]);
  const limited = !denied && key.name === "partner-feed" && random() < 0.03;
  const failed = !denied && !limited && random() < 0.004;
  const upstreamUs = Math.round(route.upstreamMs * 1000 * (0.5 + random() ** 3 * 4));
  const ownUs = Math.round(70 + random() * 90);
  const turnedAway = denied || limited;
  return {
    id: newId("evt"),
    phase: "whole",
    atMs: at,
    workspaceId: subject.workspaceId,
    source: "gateway",
    rulesetVersion: 1,
    credential: {
      id: key.id,
      secretId: key.secretId,
      name: key.name,
      prefix: key.prefix,
      customerId: key.customer,
    },
    service: { id: subject.services.get(route.service) ?? "", slug: route.service },
    method: route.method,
    path: route.path,
    route: denied ? null : route.route,
    address: `203.0.113.${20 + (key.name.length % 40)}`,
    userAgent: key.name.length % 2 === 0 ? "node-fetch/3.3" : "python-requests/2.32",
    verdict: denied ? "deny" : limited ? "limited" : "allow",
    rules: turnedAway || route.rule === null ? [] : [route.rule],
    reason: denied
      ? "DEFAULT_DENY"
      : limited
        ? "RATE_LIMITED"
        : route.rule === null
          ? "DEFAULT_ALLOW"
          : "RULE",
    shadow: null,
    status: denied ? 403 : limited ? 429 : failed ? 502 : route.method === "POST" ? 201 : 200,
    requestBytes: route.method === "POST" ? 380 : 0,
    responseBytes: turnedAway ? 240 : 900 + Math.round(random() * 4000),
    authenticateUs: Math.round(ownUs * 0.4),
    decideUs: 2,
    totalUs: turnedAway ? ownUs : ownUs + upstreamUs,
    upstreamUs: turnedAway ? null : upstreamUs,
    traceId: null,
    count: 1,
  };
}

/** Numbers in [0, 1) that are the same at every seed (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
