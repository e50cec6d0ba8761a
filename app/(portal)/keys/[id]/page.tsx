import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { FirstData } from "@/app/(portal)/first-data";
import { KeyTasks } from "@/components/keys/act/key-tasks";
import { KeyPage } from "@/components/keys/detail/key-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { audit } from "@/lib/client/records/decisions";
import { keys } from "@/lib/client/keys";
import { usage } from "@/lib/client/records/usage";
import { gatewayUrl } from "@/lib/env";
import { listAudit } from "@/lib/events/trail/list-audit";
import { readGrant } from "@/lib/keys/reading/read-grant";
import { readKey } from "@/lib/keys/reading/read";
import type { KeyDetail } from "@/lib/keys/schema";
import { holds } from "@/lib/scopes/grant";
import { listKeyFlags } from "@/lib/usage/flags/read-flags";
import { keyUsage } from "@/lib/usage/measures/key-usage";
import { UsageRange } from "@/lib/usage/schema";

interface KeyParams {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Reads a key once for its page and its title; null where there is none for the actor. */
const keyOrNull = cache(async (actor: Actor, id: string): Promise<KeyDetail | null> => {
  try {
    return await readKey(actor, id);
  } catch (error) {
    if (error instanceof Problem && (error.kind === "not-found" || error.kind === "forbidden")) return null;
    throw error;
  }
});

export async function generateMetadata({ params }: KeyParams): Promise<Metadata> {
  const { actor } = await requirePortalSession();
  const key = await keyOrNull(actor, (await params).id).catch(() => null);
  return { title: key?.name ?? "Key" };
}

export default async function KeyDetailPage({ params, searchParams }: KeyParams) {
  const { actor, workspace, role, customer } = await requirePortalSession();
  if (!holds(actor.scopes, "read:keys"))
    return (
      <Page>
        <PageHead title="Key" />
        <NoPermission things="keys" scope="read:keys" workspace={workspace.name} />
      </Page>
    );
  const { id } = await params;
  const key = await keyOrNull(actor, id);
  if (key === null) notFound();
  const range = UsageRange.safeParse((await searchParams)["range"]).data ?? "24h";
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <FirstData
      answers={[
        { queryKey: usage.flags(id).queryKey, load: () => listKeyFlags(actor, { keyId: id, limit: 5 }) },
        {
          queryKey: audit.list({ subject: id }).queryKey,
          firstPage: () => listAudit(actor, { subject: id, limit: 25 }),
        },
        { queryKey: keys.grant(id).queryKey, load: () => readGrant(actor, id) },
        { queryKey: keys.detail(id).queryKey, load: () => Promise.resolve(key) },
        { queryKey: usage.ofKey(id, range).queryKey, load: () => keyUsage(actor, { keyId: id, range }) },
      ]}
    >
      <KeyTasks
        gateway={gatewayUrl()}
        workspace={workspace.slug}
        mayLimit={customer === null && (role === "owner" || role === "admin")}
      >
        <KeyPage keyId={id} workspace={workspace.name} nonce={nonce} />
      </KeyTasks>
    </FirstData>
  );
}
