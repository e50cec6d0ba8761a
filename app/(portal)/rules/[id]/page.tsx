import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { RulePage } from "@/components/rules/rule-page";
import { requirePortalSession } from "@/lib/accounts/session";
import { rules } from "@/lib/client/rules";
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
  return (
    <FirstData answers={[{ queryKey: rules.detail(id).queryKey, load: () => readRule(actor, id) }]}>
      <RulePage id={id} workspace={workspace.name} service={null} decisionId={decisionId} nonce={nonce} />
    </FirstData>
  );
}
