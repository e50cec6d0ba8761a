import { processState } from "@/lib/process/state";

/** Wrong signatures that are paid for in one second: in all of an issuer, and from one address. */
export const wrongSignaturesMax = { perIssuer: 200, perAddress: 20 } as const;

/** Checks that run at a time, and that wait for their turn. */
const runningMax = 8;
const waitingMax = 2_000;

const countedMax = 20_000;

/** Whose wrong signatures are counted. */
export interface Checked {
  issuerId: string;
  address: string | null;
}

interface Checks {
  second: number;
  wrong: Map<string, number>;
  running: number;
  waiting: (() => void)[];
}

/**
 * Bounds what forged tokens can cost: signatures are checked a few at a time, and after so many wrong ones in a second
 * no more are looked at. Tokens that passed before are not checked again and so never wait here.
 */
export function createSignatureChecks(now: () => number = () => performance.now()) {
  const checks: Checks = { second: 0, wrong: new Map(), running: 0, waiting: [] };
  return {
    /** Runs a check in its turn: its answer, or "busy" when the second's wrong ones are used up or too many wait. */
    async run(checked: Checked, check: () => Promise<boolean>): Promise<boolean | "busy"> {
      if (checks.running >= runningMax) {
        if (checks.waiting.length >= waitingMax) return "busy";
        await new Promise<void>((resolve) => checks.waiting.push(resolve));
      } else checks.running += 1;
      try {
        if (!admits(checks, checked, now())) return "busy";
        const right = await check();
        if (!right) count(checks, checked, now());
        return right;
      } finally {
        const next = checks.waiting.shift();
        if (next === undefined) checks.running -= 1;
        else next();
      }
    },
  };
}

/** The checks of this process. */
export const signatureChecks = () => processState("signature-checks", () => createSignatureChecks());

function admits(checks: Checks, { issuerId, address }: Checked, nowMs: number): boolean {
  const second = Math.floor(nowMs / 1_000);
  if (second !== checks.second) {
    checks.second = second;
    checks.wrong.clear();
  }
  if ((checks.wrong.get(issuerId) ?? 0) >= wrongSignaturesMax.perIssuer) return false;
  return address === null || (checks.wrong.get(address) ?? 0) < wrongSignaturesMax.perAddress;
}

function count(checks: Checks, { issuerId, address }: Checked, nowMs: number): void {
  if (Math.floor(nowMs / 1_000) !== checks.second) return;
  for (const slot of address === null ? [issuerId] : [issuerId, address])
    if (checks.wrong.has(slot) || checks.wrong.size < countedMax)
      checks.wrong.set(slot, (checks.wrong.get(slot) ?? 0) + 1);
}
