"use server";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cookieOptions, workspaceCookieName } from "@/lib/accounts/session/cookies";
import { requirePortalSession } from "@/lib/accounts/session/session";

/** Looks at another of the person's workspaces from now on. One they do not belong to changes nothing. */
export async function switchWorkspace(slug: string): Promise<void> {
  const { workspaces } = await requirePortalSession();
  if (workspaces.some((workspace) => workspace.slug === slug)) {
    (await cookies()).set(workspaceCookieName, slug, { ...cookieOptions(), maxAge: 31_536_000 });
  }
  redirect("/overview");
}
