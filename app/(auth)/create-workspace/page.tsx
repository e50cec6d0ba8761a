import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/accounts/auth-frame";
import { CreateWorkspaceForm } from "@/components/accounts/create-workspace-form";
import { SignOutButton } from "@/components/accounts/sign-out-button";
import { Note } from "@/components/ui/plate";
import { readVisitor } from "@/lib/accounts/session/visitor";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Create a workspace" };

export default async function CreateWorkspacePage() {
  const visitor = await readVisitor();
  if (visitor === null) redirect("/sign-in?next=/create-workspace");
  const about =
    visitor.workspaces.length === 0
      ? `${visitor.email} belongs to no workspace yet`
      : `You are signed in as ${visitor.email}`;
  return (
    <AuthCard title="Create a workspace" about={about}>
      {env().SIGN_UP === "open" ? (
        <CreateWorkspaceForm />
      ) : (
        <Note tone="limited">New workspaces are off here. Ask a member of one to invite you.</Note>
      )}
      <SignOutButton />
    </AuthCard>
  );
}
