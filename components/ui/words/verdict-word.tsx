import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Shape } from "@/components/ui/words/shapes";

const looks = {
  allow: { tone: "allow", word: "allow" },
  deny: { tone: "deny", word: "deny" },
  limited: { tone: "limited", word: "limited" },
  error: { tone: "error", word: "error" },
  "would-allow": { tone: "shadow", word: "would allow" },
  "would-deny": { tone: "shadow", word: "would deny" },
  conditional: { tone: "mx-condi", word: "Conditional" },
} as const;

export interface VerdictWordProps {
  /** `error` is an upstream's failure, `would-…` a shadow rule's verdict, `conditional` a matrix cell's state. */
  verdict: keyof typeof looks;
  /** Another word than the verdict's own, such as a status code. */
  children?: ReactNode;
  /** 16 px instead of 13. */
  large?: boolean;
}

/** A verdict: shape, word and colour, in that order. */
export function VerdictWord({ verdict, children, large = false }: VerdictWordProps) {
  const { tone, word } = looks[verdict];
  return (
    <span className={clsx("verdict", tone, large && "lg")}>
      <Shape name={verdict} />
      {children ?? word}
    </span>
  );
}
