import { z } from "zod";
import { pageOf } from "@/lib/lists/schema";

export const KeyFlagKind = z.enum(["calls", "denials", "errors"]);
export type KeyFlagKind = z.output<typeof KeyFlagKind>;

/** What was seen when a key was flagged. */
export const KeyFlagDetail = z.object({
  seen: z.number().describe("Calls, denials or errors in the window"),
  calls: z.number().describe("Calls in the window"),
  expected: z.number().describe("What the key's own history let expect"),
  windowMinutes: z.number(),
  pValue: z.number().describe("How likely that or more is, going by its history"),
  test: z.enum(["negative-binomial", "beta-binomial"]),
  historyWindows: z.number().describe("Windows of the history that it was compared with"),
  lastUnusualAt: z.string().describe("When it was last so unlikely that the flag stays"),
});
export type KeyFlagDetail = z.output<typeof KeyFlagDetail>;

/** A time in which a key's traffic departed from its own history. */
export const KeyFlag = z
  .object({
    kind: KeyFlagKind,
    since: z.string(),
    until: z.string().nullable().describe("Null while it lasts"),
    reason: z.string().describe("A sentence for people"),
    ...KeyFlagDetail.shape,
  })
  .meta({ id: "KeyFlag" });
export type KeyFlag = z.output<typeof KeyFlag>;

export const KeyFlagPage = pageOf(KeyFlag).meta({ id: "KeyFlagPage" });

const nouns: Record<KeyFlagKind, string> = {
  calls: "calls",
  denials: "denied calls",
  errors: "failed calls",
};

/** Why a key is flagged, in a sentence. */
export function flagReason(kind: KeyFlagKind, { seen, expected, windowMinutes }: KeyFlagDetail): string {
  const usual = expected < 10 ? expected.toFixed(1) : Math.round(expected).toLocaleString("en");
  return `${seen.toLocaleString("en")} ${nouns[kind]} in ${windowMinutes} minutes, where ${usual} are usual.`;
}
