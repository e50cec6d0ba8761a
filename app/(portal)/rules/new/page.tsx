import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { firstAnswers } from "@/app/(portal)/rules/first-answers";
import { newBase } from "@/components/rules/draft/new-base";
import { checkDraft } from "@/components/rules/json/check-draft";
import { NewRulePage } from "@/components/rules/rule-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "New rule" };

export default async function NewRule({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "create:rules"))
    return (
      <Page>
        <PageHead title="New rule" crumb={{ label: "Rules", href: "/rules" }} />
        <NoPermission things="rules" verb="write" scope="create:rules" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const text = (name: string) => [given[name]].flat()[0] ?? null;
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const [template, service] = [text("template"), text("service")];
  const base = newBase({ template, service });
  return (
    <FirstData answers={await firstAnswers(actor, { base, service })}>
      <NewRulePage
        template={template}
        service={service}
        decisionId={text("simulate")}
        nonce={nonce}
        first={checkDraft(base.text)}
      />
    </FirstData>
  );
}
