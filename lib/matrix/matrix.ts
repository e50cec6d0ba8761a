import { surely, surelyFails, surelyNot, type Possible } from "@/lib/rules/language/conditions/partial";

/** What every call of one credential to one service comes to. */
export type CellState = "allowed" | "denied" | "conditional";

/** What rules can do to a call, as bits that are simply joined over all places of attachment. */
export type Weight = number;

const mayDeny: Weight = 1;
const denies: Weight = 2;
const mayAllow: Weight = 4;
const allows: Weight = 8;

/** A call may be refused before any rule is asked: an address list, a method, a scope that a route needs. */
export const mayBeRefused: Weight = mayDeny;

/** Every call is refused before any rule is asked. */
export const isRefused: Weight = mayDeny | denies;

/** How an enforced rule weighs. A deny that cannot be evaluated denies; an allow that cannot does not match. */
export function weightOf(effect: "allow" | "deny", possible: Possible): Weight {
  if (effect === "allow") {
    if ((possible & surely) === 0) return 0;
    return possible === surely ? mayAllow | allows : mayAllow;
  }
  if ((possible & (surely | surelyFails)) === 0) return 0;
  return (possible & surelyNot) === 0 ? isRefused : mayDeny;
}

/** The state that a joined weight leads to: deny wins, then allow, then the service's default. */
export function stateOf(weight: Weight, defaultVerdict: "allow" | "deny"): CellState {
  if ((weight & denies) !== 0) return "denied";
  const canAllow = (weight & mayAllow) !== 0 || defaultVerdict === "allow";
  const canDeny = (weight & mayDeny) !== 0 || ((weight & allows) === 0 && defaultVerdict === "deny");
  if (canAllow && canDeny) return "conditional";
  return canAllow ? "allowed" : "denied";
}

/** How a rule stands to the calls of one cell. */
export type RuleOutcome = "always" | "sometimes" | "never";

export function outcomeOf(effect: "allow" | "deny", possible: Possible): RuleOutcome {
  const weight = weightOf(effect, possible);
  if (weight === 0) return "never";
  return (weight & (denies | allows)) === 0 ? "sometimes" : "always";
}
