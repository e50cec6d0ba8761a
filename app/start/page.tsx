import type { Metadata } from "next";
import { Start } from "@/components/start/start";
import { requirePortalSession } from "@/lib/accounts/session/session";

export const metadata: Metadata = { title: "Start" };

export default async function StartPage() {
  const { workspace } = await requirePortalSession();
  return <Start workspace={workspace.slug} />;
}
