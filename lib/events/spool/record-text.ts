import { z } from "zod";
import {
  DecisionSource,
  RoleCheck,
  Verdict,
  type DecisionRecord,
  type RoleCheckRecord,
} from "@/lib/events/schema";

/**
 * What the calls of one credential have in common, call after call. It is written once a segment; a record then names
 * it by number and adds what is its own.
 */
const Context = z.object({
  c: z.number().int(),
  workspaceId: z.string(),
  source: DecisionSource,
  rulesetVersion: z.number(),
  credential: z
    .object({
      id: z.string(),
      secretId: z.string(),
      name: z.string(),
      prefix: z.string(),
      customerId: z.string().nullable(),
    })
    .nullable(),
  service: z.object({ id: z.string(), slug: z.string() }).nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  verdict: Verdict,
  rules: z.array(z.string()),
  reason: z.string(),
  roleCheck: RoleCheck.optional(),
});
type Context = z.output<typeof Context>;

/** A role check by itself. It stands between the records of its frame. */
const Check = z.object({
  id: z.string(),
  atMs: z.number(),
  workspaceId: z.string(),
  customerId: z.string().nullable(),
  check: RoleCheck,
});

/** A record's input with a number, by which the next records of its context name it: callers send the same headers again and again. */
const Input = z.union([z.tuple([z.number(), z.string()]), z.number()]);
type Input = z.output<typeof Input>;

const number = z.number().nullable();
const Own = z.tuple([
  z.number().int(),
  z.enum(["w", "o", "c"]),
  z.string(),
  z.number(),
  z.string(),
  z.string(),
  z.string().nullable(),
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  z.string().nullable(),
  number,
  number,
  z.object({ verdict: z.enum(["allow", "deny"]), rules: z.array(z.string()) }).nullable(),
  Input.optional(),
]);

const phaseLetters = { whole: "w", opened: "o", completed: "c" } as const;
const phaseOf = { w: "whole", o: "opened", c: "completed" } as const;

/** Many credentials in one segment: their contexts begin anew, so that a flood of names cannot fill the memory. */
const contextsMax = 20_000;

/** Longer inputs hold a body, and seldom come again. */
const repeatedInputMax = 1_500;

/** Writes records of one segment; a new segment takes a new one. */
export interface RecordWriter {
  /** The record as text, with a comma before it; contexts come before the first record that names them. */
  write(record: DecisionRecord): string;
}

/** A role check as text, with a comma before it. */
export function roleCheckText({ id, atMs, workspaceId, customerId, check }: RoleCheckRecord): string {
  return `,${JSON.stringify({ id, atMs, workspaceId, customerId, check })}`;
}

/** What the records of one place have in common. */
interface Slot {
  number: number;
  last: DecisionRecord;
  /** The last one that was written. */
  input: { number: number; text: string } | null;
}

/** Begins a segment's text. Synchronous; about half a microsecond for a record like the one before it. */
export function createRecordWriter(): RecordWriter {
  let slots = new Map<string, Slot>();
  let count = 0;
  let inputs = 0;
  return {
    write(record) {
      const place = record.credential?.secretId ?? record.workspaceId;
      const slot = slots.get(place);
      if (slot !== undefined && sameContext(slot.last, record)) {
        return record.input === undefined
          ? `${ownText(record, slot.number)}]`
          : `${ownText(record, slot.number)},${inputText(record.input, slot)}]`;
      }
      if (slots.size >= contextsMax) slots = new Map();
      count += 1;
      const made: Slot = { number: count, last: withoutInput(record), input: null };
      slots.set(place, made);
      const own = `,${contextText(record, count)}${ownText(record, count)}`;
      return record.input === undefined ? `${own}]` : `${own},${inputText(record.input, made)}]`;
    },
  };

  function inputText(input: string, slot: Slot): string {
    if (slot.input?.text === input) return String(slot.input.number);
    inputs += 1;
    slot.input = input.length > repeatedInputMax ? null : { number: inputs, text: input };
    return `[${inputs},${text(input)}]`;
  }
}

/** What is held for comparing must not hold what is not compared. */
function withoutInput(record: DecisionRecord): DecisionRecord {
  if (record.input === undefined) return record;
  const others = { ...record };
  delete others.input;
  return others;
}

function sameContext(one: DecisionRecord, other: DecisionRecord): boolean {
  return (
    one.reason === other.reason &&
    one.verdict === other.verdict &&
    one.source === other.source &&
    one.rulesetVersion === other.rulesetVersion &&
    one.address === other.address &&
    one.userAgent === other.userAgent &&
    one.workspaceId === other.workspaceId &&
    one.service?.id === other.service?.id &&
    one.service?.slug === other.service?.slug &&
    sameCheck(one.roleCheck, other.roleCheck) &&
    sameCredential(one.credential, other.credential) &&
    sameRules(one.rules, other.rules)
  );
}

/** They are made once per key and endpoint. */
function sameCheck(one: RoleCheck | undefined, other: RoleCheck | undefined): boolean {
  return one === other;
}

function sameCredential(one: DecisionRecord["credential"], other: DecisionRecord["credential"]): boolean {
  if (one === other) return true;
  return (
    one !== null &&
    other !== null &&
    one.secretId === other.secretId &&
    one.id === other.id &&
    one.name === other.name &&
    one.prefix === other.prefix &&
    one.customerId === other.customerId
  );
}

function sameRules(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((rule, index) => rule === other[index]));
}

function contextText(record: DecisionRecord, c: number): string {
  const { workspaceId, source, rulesetVersion, credential, service } = record;
  const { address, userAgent, verdict, rules, reason, roleCheck } = record;
  return JSON.stringify({
    c,
    workspaceId,
    source,
    rulesetVersion,
    credential,
    service,
    address,
    userAgent,
    verdict,
    rules,
    reason,
    roleCheck,
  });
}

function ownText(record: DecisionRecord, context: number): string {
  const { shadow, traceId, upstreamUs, route } = record;
  return (
    `,[${context},"${phaseLetters[record.phase]}","${record.id}",${record.atMs},${text(record.method)},` +
    `${text(record.path)},${route === null ? "null" : text(route)},${whole(record.status)},` +
    `${whole(record.requestBytes)},${whole(record.responseBytes)},${whole(record.authenticateUs)},` +
    `${whole(record.decideUs)},${whole(record.totalUs)},${upstreamUs === null ? "null" : whole(upstreamUs)},` +
    `${traceId === null ? "null" : text(traceId)},${record.count},${record.cost === undefined ? "null" : whole(record.cost)},${shadow === null ? "null" : JSON.stringify(shadow)}`
  );
}

const plain = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  return plain.test(value) ? `"${value}"` : JSON.stringify(value);
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0;
}

/** Reads what a {@link RecordWriter} wrote, frame by frame from a segment's beginning. */
export interface RecordReader {
  /** Throws when the text is not what a writer writes. */
  read(frame: string): FrameRecords;
}

/** What stands in one frame, or in several. */
export interface FrameRecords {
  records: DecisionRecord[];
  checks: RoleCheckRecord[];
}

export function createRecordReader(): RecordReader {
  const contexts = new Map<number, Context>();
  const inputs: ReadBefore["inputs"] = new Map();
  return {
    read(frame) {
      const records: DecisionRecord[] = [];
      const checks: RoleCheckRecord[] = [];
      for (const item of z.array(z.unknown()).parse(JSON.parse(`[${frame.slice(1)}]`))) {
        if (Array.isArray(item)) records.push(recordOf(Own.parse(item), { contexts, inputs }));
        else if (isCheck(item)) checks.push(Check.parse(item));
        else {
          const context = Context.parse(item);
          contexts.set(context.c, context);
        }
      }
      return { records, checks };
    },
  };
}

function isCheck(item: unknown): boolean {
  return typeof item === "object" && item !== null && "check" in item;
}

interface ReadBefore {
  contexts: ReadonlyMap<number, Context>;
  /** The last input of each context. */
  inputs: Map<number, readonly [number: number, text: string]>;
}

/** An input whose text stood in a frame that was lost is not known. */
function inputOf(given: Input | undefined, c: number, inputs: ReadBefore["inputs"]): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "number") inputs.set(c, given);
  const [number, text] = inputs.get(c) ?? [];
  return typeof given !== "number" || given === number ? text : undefined;
}

function recordOf(own: z.output<typeof Own>, { contexts, inputs }: ReadBefore): DecisionRecord {
  const [c, phase, id, atMs, method, path, route, status, request, response, ...rest] = own;
  const [authenticate, decide, total, upstreamUs, traceId, count, cost, shadow, given] = rest;
  const input = inputOf(given, c, inputs);
  const context = contexts.get(c);
  if (context === undefined)
    throw new Error(`A record names a context that its segment does not hold (${c})`);
  const { workspaceId, source, rulesetVersion, credential, service } = context;
  const { address, userAgent, verdict, rules, reason, roleCheck } = context;
  return {
    id,
    phase: phaseOf[phase],
    atMs,
    workspaceId,
    source,
    rulesetVersion,
    credential,
    service,
    method,
    path,
    route,
    address,
    userAgent,
    verdict,
    rules,
    reason,
    shadow,
    status: status ?? 0,
    requestBytes: request ?? 0,
    responseBytes: response ?? 0,
    authenticateUs: authenticate ?? 0,
    decideUs: decide ?? 0,
    totalUs: total ?? 0,
    upstreamUs,
    traceId,
    count: count ?? 1,
    ...(cost === null ? {} : { cost }),
    ...(input === undefined ? {} : { input }),
    ...(roleCheck === undefined ? {} : { roleCheck }),
  };
}
