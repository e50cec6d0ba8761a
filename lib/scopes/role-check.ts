import { newId } from "@/lib/db/id";
import type { RoleCheck, RoleCheckRecord } from "@/lib/events/schema";
import { processState } from "@/lib/process/state";
import type { PlatformScope } from "@/lib/scopes/catalogue";

/** Who was checked, where. */
export interface Checked {
  workspaceId: string;
  keyId: string;
  name: string;
  customerId: string | null;
  /** Method and template of the path; without one nothing is recorded, for nobody called from outside. */
  endpoint?: string | undefined;
}

interface Checks {
  record: ((record: RoleCheckRecord) => void) | null;
  /** By endpoint and key: callers ask the same thing again and again. */
  granted: Map<string, Map<string, RoleCheck>>;
}

const checks = () => processState<Checks>("role-checks", () => ({ record: null, granted: new Map() }));

/** Keys remembered per endpoint; more begin anew. */
const keysMax = 10_000;

/** Sets who is told of role checks; null for nobody. */
export function recordRoleChecks(record: Checks["record"]): void {
  checks().record = record;
}

/** Records a check by itself. Throws what the recorder throws while it cannot. */
export function tellRoleCheck(
  checked: Checked,
  { scope, granted }: { scope: PlatformScope; granted: boolean },
): void {
  const { endpoint } = checked;
  const { record } = checks();
  if (endpoint === undefined || record === null) return;
  record(
    recordOf(
      checked,
      granted ? grantedCheck(checked, scope, endpoint) : checkOf(checked, { scope, endpoint, granted }),
    ),
  );
}

/**
 * A check that was granted, to be carried by the decision of the same call; made once per key and endpoint. Null where
 * nothing is recorded, or where it is recorded by itself: a customer's own check stays apart from whom it asked about.
 */
export function carriedCheck(checked: Checked, scope: PlatformScope): RoleCheck | null {
  const { endpoint } = checked;
  if (endpoint === undefined) return null;
  if (checked.customerId === null) return grantedCheck(checked, scope, endpoint);
  tellRoleCheck(checked, { scope, granted: true });
  return null;
}

/** Records a check by itself that was to be carried by a decision, when no decision came of the call. */
export function tellCarried(checked: Checked, check: RoleCheck): void {
  checks().record?.(recordOf(checked, check));
}

function grantedCheck(checked: Checked, scope: PlatformScope, endpoint: string): RoleCheck {
  const { granted } = checks();
  let byKey = granted.get(endpoint);
  if (byKey === undefined || byKey.size >= keysMax) granted.set(endpoint, (byKey = new Map()));
  const known = byKey.get(checked.keyId);
  if (known !== undefined && known.scope === scope && known.key.name === checked.name) return known;
  const made = checkOf(checked, { scope, endpoint, granted: true });
  byKey.set(checked.keyId, made);
  return made;
}

function checkOf(
  { keyId, name }: Checked,
  of: { scope: PlatformScope; endpoint: string; granted: boolean },
): RoleCheck {
  return { key: { id: keyId, name }, ...of };
}

function recordOf({ workspaceId, customerId }: Checked, check: RoleCheck): RoleCheckRecord {
  return { id: newId("evt"), atMs: Date.now(), workspaceId, customerId, check };
}
