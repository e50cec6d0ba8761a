import type { Metadata } from "next";
import { headers } from "next/headers";
import { NewRulePage } from "@/components/rules/rule-page";
import { requirePortalSession } from "@/lib/accounts/session";

export const metadata: Metadata = { title: "New rule" };

export default async function NewRule({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requirePortalSession();
  const given = await searchParams;
  const text = (name: string) => [given[name]].flat()[0] ?? null;
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <NewRulePage
      template={text("template")}
      service={text("service")}
      decisionId={text("simulate")}
      nonce={nonce}
    />
  );
}
