import { Tag } from "@/components/ui/tag";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import type { Service } from "@/lib/services/schema";

/** What holds when no rule matches. */
export function DefaultVerdictWord({ of }: { of: Service["defaultVerdict"] }) {
  return <VerdictWord verdict={of}>{of === "deny" ? "Deny" : "Allow"}</VerdictWord>;
}

/** Whether callers need a credential. */
export function VisibilityTag({ of }: { of: Service["visibility"] }) {
  return <Tag tone={of === "private" ? "plain" : "accent"}>{of === "private" ? "Private" : "Public"}</Tag>;
}

/** Where callers reach it: `<gateway>/<workspace>/<slug>`. */
export function gatewayAddress({
  gateway,
  workspace,
  slug,
}: {
  gateway: string;
  workspace: string;
  slug: string;
}): string {
  return `${gateway}/${workspace}/${slug}`;
}
