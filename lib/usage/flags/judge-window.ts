import { betaBinomialTail, negativeBinomialTail } from "@/lib/usage/flags/tails";

/** Length of the window that is judged, every minute anew, and of those it is compared with. */
export const windowMinutes = 10;
/** How far back a key's own history reaches: a whole week has every hour and weekday once. */
export const historyDays = 7;
/** What happened just now is no history yet. */
export const historyEndsMinutesAgo = 60;

/**
 * A key is looked at every minute for three kinds of change; with this bound for each look, a key whose traffic is as
 * ever is flagged in 30 days with a probability of at most one in a hundred (Bonferroni's correction).
 */
export const pValueMax = 0.01 / (3 * 30 * 24 * 60);
/** A flag stays while looks are still this unlikely. */
const pValueStill = 1e-3;

const historyWindowsMin = 144;
const historyCallsMin = 100;
const callsMin = 100;
const badMin = 20;
const timesMin = 3;

/** A key's calls in the window that is judged. */
export interface Window {
  calls: number;
  denied: number;
  errors: number;
}

/** A key's history, cut into windows of the same length. */
export interface History {
  /** Windows from the first with a call on, empty ones included. */
  windows: number;
  calls: number;
  /** Sum of squares of the windows' calls. */
  callsSquared: number;
  /** The fullest window. */
  callsMax: number;
  denied: Share;
  errors: Share;
}

/** Bad calls of a history, and the sum over its windows of their square by the calls of that window. */
export interface Share {
  bad: number;
  badSquaredByCalls: number;
}

export type FlagKind = "calls" | "denials" | "errors";

/** What one look says of one kind. */
export interface Finding {
  kind: FlagKind;
  /** Whether a key is flagged for this. */
  unusual: boolean;
  /** Whether a key that is flagged stays so. */
  still: boolean;
  seen: number;
  /** Of how many calls; the window's for denials and errors. */
  calls: number;
  expected: number;
  pValue: number;
  test: "negative-binomial" | "beta-binomial";
}

/**
 * Whether a key's calls, denials or errors depart upwards from its own history. Calls are held against a negative
 * binomial, denials and errors among the calls against a beta-binomial distribution; their spread is the history's own,
 * by moments, and the uncertainty of the history's mean is added to it. After Farrington et al., "A statistical
 * algorithm for the early detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159 (1996) 547–563, with
 * negative binomial thresholds as in Noufaily et al., Statistics in Medicine 32 (2013) 1206–1222. Besides, what is
 * flagged is at least three times what was expected, and for calls half as many again as in the fullest window of the
 * history, since traffic in bursts has longer tails than any of these distributions. New keys
 * (less than a day) and quiet ones (less than 100 calls in their history or in the window) are never flagged.
 */
export function judgeWindow(window: Window, history: History): Finding[] {
  const known = history.windows >= historyWindowsMin && history.calls >= historyCallsMin;
  return [
    judgeCalls(window, history, known),
    judgeShare("denials", { bad: window.denied, window, share: history.denied, history, known }),
    judgeShare("errors", { bad: window.errors, window, share: history.errors, history, known }),
  ];
}

function judgeCalls(window: Window, history: History, known: boolean): Finding {
  const { windows, calls, callsSquared, callsMax } = history;
  const mean = windows === 0 ? 0 : calls / windows;
  const variance = windows < 2 ? 0 : Math.max(0, (callsSquared - calls * mean) / (windows - 1));
  const spread = mean === 0 ? 0 : Math.max(0, variance - mean) / mean ** 2;
  // Relative variances add: that of the rate from window to window, and that of its estimate.
  const shape = 1 / (spread + 1 / (calls + 0.5));
  const pValue = known ? negativeBinomialTail(window.calls, { mean, shape }) : 1;
  const isMany = window.calls >= callsMin && window.calls > 1.5 * callsMax && window.calls >= timesMin * mean;
  return {
    kind: "calls",
    unusual: known && isMany && pValue < pValueMax,
    still: known && window.calls >= 2 * mean && pValue < pValueStill,
    seen: window.calls,
    calls: window.calls,
    expected: mean,
    pValue,
    test: "negative-binomial",
  };
}

function judgeShare(
  kind: "denials" | "errors",
  given: { bad: number; window: Window; share: Share; history: History; known: boolean },
): Finding {
  const { bad, window, share, history, known } = given;
  // Jeffreys' prior keeps a history without any bad call from making the first one impossible.
  const expectedShare = (share.bad + 0.5) / (history.calls + 1);
  const strength = 1 / (correlation(share, history) + 1 / (history.calls + 1));
  const pValue = known ? betaBinomialTail(bad, { trials: window.calls, share: expectedShare, strength }) : 1;
  const expected = expectedShare * window.calls;
  return {
    kind,
    unusual: known && bad >= badMin && bad >= timesMin * expected && pValue < pValueMax,
    still: known && bad >= 2 * expected && pValue < pValueStill,
    seen: bad,
    calls: window.calls,
    expected,
    pValue,
    test: "beta-binomial",
  };
}

/** How alike calls of one window are, from 0 to below 1: Kleinman's estimate by moments (J. Am. Statist. Assoc. 68, 1973, 46–54). */
function correlation({ bad, badSquaredByCalls }: Share, { calls, callsSquared, windows }: History): number {
  const share = bad / Math.max(calls, 1);
  const even = share * (1 - share);
  const room = calls - callsSquared / Math.max(calls, 1) - (windows - 1);
  if (even === 0 || room <= 0) return 0;
  const scatter = badSquaredByCalls - share * bad;
  return Math.min(0.99, Math.max(0, (scatter / even - (windows - 1)) / room));
}
