import { z } from "zod";
import { AuditEventData, RoleCheck, Verdict, type Decision } from "@/lib/events/schema";
import type { Happened, Places } from "@/lib/events/store/cloud-event";
import type { Reach } from "@/lib/events/store/reach";
import { eventTypes, isEventType, type EventTypeEntry } from "@/lib/events/catalogue";
import {
  decisionOf,
  decisionSelect,
  timeSelect,
  type DecisionRow,
} from "@/lib/events/stream/loaded-decision";

/** Takes a value of a statement; answers its placeholder. */
export type Bind = (value: unknown) => string;

/** One of the tables that events lie in. Nothing is written twice: calls and audited changes stay where they are. */
export interface Source<Row = never> {
  /** Whose places these are. Place = `scale` · column `place` + `offset`. */
  stream: keyof Places;
  scale: number;
  offset: number;
  /** What to read from: columns `workspace_id`, `at`, `event_id`, `place`, and whatever the rest of this asks for. */
  rows: string;
  select: string;
  /** Whether anything of it can be within a reach. */
  isWanted(reach: Reach): boolean;
  /** Conditions that an index serves. */
  indexed(reach: Reach, bind: Bind): string[];
  /** Conditions that are looked for among the rows which those leave. */
  other(reach: Reach, bind: Bind): string[];
  happened(row: Row): Happened;
}

/** The last row of a source that stands within places, by its column `place`. */
export function storedPlace(
  { stream, scale, offset }: Pick<Source, "stream" | "scale" | "offset">,
  places: Places,
): number {
  return Math.floor((places[stream] - offset) / scale);
}

const entries: [string, EventTypeEntry][] = Object.entries(eventTypes);

function wantedTypes(reach: Reach, kinds: readonly EventTypeEntry["kind"][]): string[] {
  return entries
    .filter(([type, { kind }]) => kinds.includes(kind) && reach.types.has(type))
    .map(([type]) => type);
}

function span({ from, to }: Reach, bind: Bind): string[] {
  return [
    ...(from === undefined ? [] : [`at >= ${bind(from)}::timestamptz`]),
    ...(to === undefined ? [] : [`at < ${bind(to)}::timestamptz`]),
  ];
}

/** `column = value` for each value that is given. */
function equal(
  given: readonly (readonly [column: string, value: string | null | undefined])[],
  bind: Bind,
): string[] {
  return given.flatMap(([column, value]) =>
    value === undefined || value === null ? [] : [`${column} = ${bind(value)}`],
  );
}

const Data = z.record(z.string(), z.unknown());

const storedKinds = ["emitted", "role-check"] as const;

/** The subject, where it is a key. */
const keySubject = "case when type ~ '^(key|role-check)[.]' then subject end";

interface EventRow {
  place: string;
  event_id: string;
  type: string;
  at: string;
  subject: string | null;
  customer_id: string | null;
  data: unknown;
}

/** What was emitted, and role checks that no decision carries. */
export const emittedSource: Source<EventRow> = {
  stream: "event",
  scale: 1,
  offset: 0,
  rows: "(select *, id as event_id, position as place from event)",
  select: `place, event_id, type, ${timeSelect}, subject, customer_id, data`,
  isWanted: (reach) => wantedTypes(reach, storedKinds).length > 0,
  indexed(reach, bind) {
    const types = wantedTypes(reach, storedKinds);
    return [...span(reach, bind), ...(types.length === 1 ? [`type = ${bind(types[0])}`] : [])];
  },
  other(reach, bind) {
    const types = wantedTypes(reach, storedKinds);
    return [
      ...(types.length === 1 ? [] : [`type = any(${bind(types)}::text[])`]),
      ...equal(
        [
          ["customer_id", reach.bound],
          ["subject", reach.subject],
          [keySubject, reach.credential],
        ],
        bind,
      ),
      ...(reach.customer === undefined ? [] : [`${bind(reach.customer)} in (customer_id, subject)`]),
    ];
  },
  happened: (row) => ({
    stream: "event",
    place: Number(row.place),
    id: row.event_id,
    type: row.type,
    at: row.at,
    subject: row.subject,
    customer: row.customer_id,
    credential: /^(key|role-check)[.]/.test(row.type) ? row.subject : null,
    data: Data.parse(row.data),
  }),
};

const typeOfVerdict = {
  allow: "decision.allowed",
  deny: "decision.denied",
  limited: "decision.limited",
} as const;

function wantedVerdicts(reach: Reach): Verdict[] {
  return Verdict.options.filter((verdict) => reach.types.has(typeOfVerdict[verdict]));
}

/** Recorded calls. */
export const decisionSource: Source<DecisionRow> = {
  stream: "decision",
  scale: 2,
  offset: 0,
  rows: "(select *, id as event_id, seq as place from decision)",
  select: decisionSelect,
  isWanted: (reach) => wantedVerdicts(reach).length > 0,
  indexed: (reach, bind) => [
    ...span(reach, bind),
    ...equal(
      [
        ["customer_id", reach.bound],
        ["customer_id", reach.customer],
        ["credential_id", reach.subject],
        ["credential_id", reach.credential],
      ],
      bind,
    ),
  ],
  other(reach, bind) {
    const verdicts = wantedVerdicts(reach);
    return verdicts.length === Verdict.options.length ? [] : [`verdict = any(${bind(verdicts)}::text[])`];
  },
  happened: (row) => decisionHappened(decisionOf(row)),
};

/** A decision as an event; its id is the event's. */
export function decisionHappened(decision: Decision): Happened {
  const { id, seq, at, verdict, credential } = decision;
  return {
    stream: "decision",
    place: 2 * Number(seq),
    id,
    type: typeOfVerdict[verdict],
    at,
    subject: credential?.id ?? null,
    customer: credential?.customer ?? null,
    credential: credential?.id ?? null,
    data: decision,
  };
}

/** What a role check's id adds to that of the decision which carries it. */
const roleSuffix = "-role";

interface AskedRow {
  place: string;
  id: string;
  at: string;
  role_check: unknown;
  count: number;
}

/** Role checks that decisions carry: never a customer's. */
export const askedSource: Source<AskedRow> = {
  stream: "decision",
  scale: 2,
  offset: -1,
  rows: `(select *, id || '${roleSuffix}' as event_id, seq as place from decision)`,
  select: `place, id, ${timeSelect}, role_check, count`,
  isWanted: (reach) =>
    wantedTypes(reach, ["role-check"]).length > 0 && reach.bound === null && reach.customer === undefined,
  indexed: span,
  other(reach, bind) {
    const types = wantedTypes(reach, ["role-check"]);
    const granted = String(types[0] === "role-check.granted");
    return [
      "role_check is not null",
      ...(types.length === 2 ? [] : [`role_check->>'granted' = ${bind(granted)}`]),
      ...equal(
        [
          ["role_check->'key'->>'id'", reach.subject],
          ["role_check->'key'->>'id'", reach.credential],
        ],
        bind,
      ),
    ];
  },
  happened: ({ place, id, at, role_check, count }) =>
    askedHappened({ seq: Number(place), id, at, count, check: RoleCheck.parse(role_check) }),
};

/** The check that a decision carries, as an event of its own. */
export function askedHappened(asked: {
  seq: number;
  id: string;
  at: string;
  count: number;
  check: RoleCheck;
}): Happened {
  const { seq, id, at, count, check } = asked;
  return {
    stream: "decision",
    place: 2 * seq - 1,
    id: `${id}${roleSuffix}`,
    type: check.granted ? "role-check.granted" : "role-check.refused",
    at,
    subject: check.key.id,
    customer: null,
    credential: check.key.id,
    data: { ...check, count },
  };
}

interface AuditRow {
  place: string;
  event_id: string;
  at: string;
  action: string;
  subject: string | null;
  customer_id: string | null;
  actor: unknown;
  detail: unknown;
  address: string | null;
  count: number;
}

/** The key that something was done to, else the one that did it. */
const concernedKey = `case when starts_with(subject, 'key_') then subject
  when actor->>'kind' = 'key' then actor->>'id' end`;

/** The audit trail. An entry concerns the customer of the key that it was done to. */
export const auditSource: Source<AuditRow> = {
  stream: "audit",
  scale: 1,
  offset: 0,
  rows: `(select e.*, e.id as event_id, e.position as place, k.customer_id from audit_entry e
    left join api_key k on k.workspace_id = e.workspace_id and k.id = e.subject)`,
  select: `place, event_id, ${timeSelect}, action, subject, customer_id, actor, detail, address, count`,
  isWanted: (reach) => wantedTypes(reach, ["audited"]).length > 0,
  indexed: (reach, bind) => [...span(reach, bind), ...equal([["subject", reach.subject]], bind)],
  other: (reach, bind) => [
    `action = any(${bind(wantedTypes(reach, ["audited"]))}::text[])`,
    ...equal(
      [
        ["customer_id", reach.bound],
        [concernedKey, reach.credential],
      ],
      bind,
    ),
    ...(reach.customer === undefined ? [] : [`${bind(reach.customer)} in (customer_id, subject)`]),
  ],
  happened(row) {
    const data = AuditEventData.parse({
      actor: row.actor,
      detail: row.detail,
      address: row.address,
      count: row.count,
    });
    const doneWith = data.actor.kind === "key" ? data.actor.id : null;
    return {
      stream: "audit",
      place: Number(row.place),
      id: row.event_id,
      type: row.action,
      at: row.at,
      subject: row.subject,
      customer: row.customer_id,
      credential: row.subject?.startsWith("key_") === true ? row.subject : doneWith,
      data,
    };
  },
};

/** Whether an event's type says that it lies in the audit trail. */
export function isAudited(type: string): boolean {
  return isEventType(type) && eventTypes[type].kind === "audited";
}
