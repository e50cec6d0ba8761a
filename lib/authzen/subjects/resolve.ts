import {
  readStoredSubject,
  type StoredSubject,
  type SubjectCustomer,
} from "@/lib/authzen/subjects/stored-subject";
import { beginSubjectRead, isFreshSubject, warmSubject } from "@/lib/authzen/subjects/warm-subjects";
import type { StoredSecret } from "@/lib/keys/authentication/stored-secret";
import { refreshAfterMs } from "@/lib/keys/authentication/warm-secrets";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { processState } from "@/lib/process/state";

/** Who a subject is here. */
export interface ResolvedSubject {
  /** The key that it stands for, else null. */
  key: VerifiedKey | null;
  /** What is stored of it; lies over what the caller supplies. Empty for an unknown one. */
  attributes: Readonly<Record<string, unknown>>;
  /** Why it is denied before any rule, else null. */
  refusal: "REVOKED" | "EXPIRED" | "DISABLED" | "SUBJECT_AMBIGUOUS" | null;
}

/** Whose subject it is: one workspace's, for a caller bound to a customer only that customer and its keys. */
export interface SubjectScope {
  workspaceId: string;
  customerId: string | null;
}

/** No id of a key and no external id is longer. */
const idLengthMax = 200;

/** A read that a change voided is repeated this often before it is answered without being remembered. */
const readsMax = 3;

/** One that names nobody here. */
export const unknownSubject: ResolvedSubject = { key: null, attributes: {}, refusal: null };

const ambiguous: ResolvedSubject = { key: null, attributes: {}, refusal: "SUBJECT_AMBIGUOUS" };

const flights = processState("subject-flights", () => new Map<string, Promise<StoredSubject>>());

/**
 * Finds out who a subject's id names: a key by its id, else the one key that is good with that external id, else the
 * customer with it. Several good keys are SUBJECT_AMBIGUOUS, never a guess. Synchronous while it is remembered; changes
 * of keys and customers reach it by the bus. Rejects with `unavailable` while the database cannot be asked.
 */
export function resolveSubject(scope: SubjectScope, id: string): ResolvedSubject | Promise<ResolvedSubject> {
  if (id.length === 0 || id.length > idLengthMax) return unknownSubject;
  const nowMs = Date.now();
  const warm = warmSubject(scope.workspaceId, id);
  if (warm === undefined || !isFreshSubject(warm, nowMs))
    return read(scope.workspaceId, id).then((stored) => judge(stored, scope, Date.now()));
  if (nowMs - warm.readAtMs > refreshAfterMs) read(scope.workspaceId, id).catch(() => undefined);
  return judge(warm.stored, scope, nowMs);
}

async function read(workspaceId: string, id: string): Promise<StoredSubject> {
  const slot = `${workspaceId} ${id}`;
  let flight = flights.get(slot);
  if (flight === undefined) {
    flight = readUntilCurrent(workspaceId, id).finally(() => flights.delete(slot));
    flights.set(slot, flight);
  }
  return flight;
}

async function readUntilCurrent(workspaceId: string, id: string): Promise<StoredSubject> {
  for (let reads = 1; ; reads += 1) {
    const begun = beginSubjectRead(workspaceId, id);
    const stored = await readStoredSubject(workspaceId, id);
    if (begun.keep(stored) || reads === readsMax) return stored;
  }
}

function judge(
  { keys: all, customer, isCut = false }: StoredSubject,
  { customerId }: SubjectScope,
  nowMs: number,
): ResolvedSubject {
  const keys = customerId === null ? all : all.filter(({ key }) => key.customer?.id === customerId);
  const [newest] = keys;
  // One of the keys that were not looked at may be the caller's customer's: it is not taken for nobody.
  if (newest === undefined && isCut) return ambiguous;
  if (newest !== undefined && !newest.revoked) return oneOf(newest, keys, nowMs);
  if (customer !== null && (customerId === null || customer.id === customerId)) return withCustomer(customer);
  return newest === undefined ? unknownSubject : withKey(newest, "REVOKED");
}

function oneOf(newest: StoredSecret, keys: readonly StoredSecret[], nowMs: number): ResolvedSubject {
  if (keys.length === 1) return withKey(newest, refusalOf(newest, nowMs));
  const [good, another] = keys.filter((key) => refusalOf(key, nowMs) === null);
  if (another !== undefined) return ambiguous;
  return good === undefined ? withKey(newest, refusalOf(newest, nowMs)) : withKey(good, null);
}

function refusalOf(
  { revoked, disabled, stopsAtMs }: StoredSecret,
  nowMs: number,
): ResolvedSubject["refusal"] {
  if (revoked) return "REVOKED";
  if (stopsAtMs <= nowMs) return "EXPIRED";
  return disabled ? "DISABLED" : null;
}

const goodKeys = new WeakMap<StoredSecret, ResolvedSubject>();
const customers = new WeakMap<SubjectCustomer, ResolvedSubject>();

function withKey(stored: StoredSecret, refusal: ResolvedSubject["refusal"]): ResolvedSubject {
  const made = goodKeys.get(stored) ?? {
    key: stored.key,
    attributes: attributesOf(stored.key),
    refusal: null,
  };
  goodKeys.set(stored, made);
  return refusal === null ? made : { ...made, refusal };
}

/** Metadata by its own names; a key's own attributes win over metadata of the same name. */
function attributesOf(key: VerifiedKey): ResolvedSubject["attributes"] {
  const { name, environment, scopes, roles, labels, customer, externalId, metadata } = key;
  const own = {
    name,
    environment,
    scopes,
    roles,
    labels,
    customer: customer?.externalId ?? null,
    externalId,
  };
  return { ...metadata, ...own };
}

function withCustomer(customer: SubjectCustomer): ResolvedSubject {
  const { name, externalId, metadata, disabled } = customer;
  const made: ResolvedSubject = customers.get(customer) ?? {
    key: null,
    attributes: { ...metadata, name, customer: externalId, externalId },
    refusal: disabled ? "DISABLED" : null,
  };
  customers.set(customer, made);
  return made;
}
