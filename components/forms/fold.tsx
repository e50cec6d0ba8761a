"use client";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

export interface FoldProps {
  title: string;
  /** What stands inside, in a word or two. */
  said: string;
  /** Something inside is wrong: it opens and says so. */
  isWrong: boolean;
  children: ReactNode;
}

/** A part of a form that is closed until it is wanted. */
export function Fold({ title, said, isWrong, children }: FoldProps) {
  return (
    <details open={isWrong || undefined}>
      <summary>
        <Icon of={ChevronRight} />
        {title}
        <small className={isWrong ? "bad" : undefined}>{isWrong ? "Something is wrong here" : said}</small>
      </summary>
      <div className="inside">{children}</div>
    </details>
  );
}
