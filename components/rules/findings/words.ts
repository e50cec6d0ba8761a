import type { Finding } from "@/lib/rules/findings/schema";

type FindingKind = Finding["kind"];

interface Words {
  /** On a chip, behind one, and behind any other number. */
  one: string;
  many: string;
  /** Beside a rule's name. */
  short: string;
  tone: "plain" | "limited";
}

/** What each kind of finding is called; the loudest first. */
export const findingWords: Readonly<Record<FindingKind, Words>> = {
  "expires-soon": { one: "expires soon", many: "expire soon", short: "expires soon", tone: "limited" },
  covered: {
    one: "covered by a broader deny",
    many: "covered by broader denies",
    short: "covered",
    tone: "limited",
  },
  "without-effect": { one: "without effect", many: "without effect", short: "no effect", tone: "limited" },
  duplicate: { one: "said twice", many: "said twice", short: "duplicate", tone: "plain" },
  expired: { one: "expired", many: "expired", short: "expired", tone: "plain" },
  "never-matched": {
    one: "not matched for 90 d",
    many: "not matched for 90 d",
    short: "not matched",
    tone: "plain",
  },
};

/** Kinds that an address may ask for; `all` is every one. */
export const findingChoices = [
  "all",
  "expires-soon",
  "covered",
  "without-effect",
  "duplicate",
  "expired",
  "never-matched",
] as const;
export type FindingChoice = (typeof findingChoices)[number];

/** The findings of a choice. */
export function chosenFindings(items: readonly Finding[], chosen: FindingChoice): readonly Finding[] {
  return chosen === "all" ? items : items.filter(({ kind }) => kind === chosen);
}

/** How many of each kind there are, none left out but zeros, the loudest first. */
export function countedFindings(items: readonly Finding[]): readonly { kind: FindingKind; count: number }[] {
  return findingChoices.flatMap((kind) => {
    if (kind === "all") return [];
    const count = items.filter((item) => item.kind === kind).length;
    return count === 0 ? [] : [{ kind, count }];
  });
}

/** The first finding of each rule, by its id. */
export function findingsByRule(items: readonly Finding[]): ReadonlyMap<string, Finding> {
  const first = new Map<string, Finding>();
  for (const { kind } of countedFindings(items))
    for (const item of items)
      if (item.kind === kind && !first.has(item.rule.id)) first.set(item.rule.id, item);
  return first;
}
