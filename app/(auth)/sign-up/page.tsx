import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/accounts/auth-frame";
import { SignUpForm } from "@/components/accounts/sign-up-form";
import { Note } from "@/components/ui/plate";
import { homePath } from "@/lib/accounts/format";
import { signUpRefusal } from "@/lib/accounts/sign-up/sign-up";
import { readVisitor } from "@/lib/accounts/session/visitor";

export const metadata: Metadata = { title: "Create a workspace" };

export default async function SignUpPage() {
  if ((await readVisitor()) !== null) redirect(homePath);
  const refusal = await signUpRefusal();
  return (
    <AuthCard title="Create a workspace" about="Keys, rules and every decision of your API">
      {refusal === null ? <SignUpForm /> : <Note tone="limited">{refusal}</Note>}
      <p className="muted">
        Have an account? <Link href="/sign-in">Sign in</Link>
      </p>
    </AuthCard>
  );
}
