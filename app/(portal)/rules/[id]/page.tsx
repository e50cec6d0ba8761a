import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { firstAnswers } from "@/app/(portal)/rules/first-answers";
import { baseOf, firstService } from "@/components/rules/draft/base";
import { checkDraft } from "@/components/rules/json/check-draft";
import { RulePage } from "@/components/rules/rule-page";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { rules } from "@/lib/client/rules/rules";
import { readRule } from "@/lib/rules/read";

export const metadata: Metadata = { title: "Rule" };

interface Given {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function OneRule({ params, searchParams }: Given) {
  const { actor, workspace } = await requirePortalSession();
  const [{ id }, given] = await Promise.all([params, searchParams]);
  const decisionId = [given["simulate"]].flat()[0] ?? null;
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const rule = await readRule(actor, id).catch(() => null);
  const base = rule && baseOf(rule);
  const answers =
    rule === null || base === null
      ? []
      : [
          { queryKey: rules.detail(id).queryKey, load: () => Promise.resolve(rule) },
          ...(await firstAnswers(actor, { base, service: firstService(rule) })),
        ];
  return (
    <FirstData answers={answers}>
      <RulePage
        id={id}
        workspace={workspace.name}
        service={null}
        decisionId={decisionId}
        nonce={nonce}
        first={base && checkDraft(base.text)}
      />
    </FirstData>
  );
}
