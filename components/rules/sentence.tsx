import type { Attachment, Rule } from "@/lib/rules/schema";
import { ruleSentence } from "@/lib/rules/sentence";

/** A rule in one plain sentence, what was chosen in it marked. */
export function Sentence({ rule, attachments }: { rule: Rule; attachments: readonly Attachment[] }) {
  return ruleSentence(rule, attachments).map((part, at) => {
    if ("effect" in part)
      return (
        <b key={at} className={part.effect === "allow" ? "t-allow" : "t-deny"}>
          {part.text}
        </b>
      );
    if ("mark" in part)
      return (
        <mark key={at} className={part.mono ? "m" : undefined}>
          {part.mark}
        </mark>
      );
    return part.text;
  });
}

/** The same without marks, for a title or a table. */
export function sentenceText(rule: Rule, attachments: readonly Attachment[]): string {
  return ruleSentence(rule, attachments)
    .map((part) => ("mark" in part ? part.mark : part.text))
    .join("");
}
