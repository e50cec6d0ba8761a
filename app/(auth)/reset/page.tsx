import type { Metadata } from "next";
import { readParam, type SearchParams } from "@/app/(auth)/search-params";
import { AuthCard } from "@/components/accounts/auth-frame";
import { ResetForm } from "@/components/accounts/reset-form";
import { ButtonLink } from "@/components/ui/button";
import { Note } from "@/components/ui/plate";
import { isResetToken } from "@/lib/accounts/passwords/reset-password";

export const metadata: Metadata = { title: "New password" };

export default async function ResetPage({ searchParams }: { searchParams: SearchParams }) {
  const token = await readParam(searchParams, "token");
  if (token !== null && (await isResetToken(token)))
    return (
      <AuthCard title="New password" about="Every session ends, and you sign in with the new one">
        <ResetForm token={token} />
      </AuthCard>
    );
  return (
    <AuthCard title="New password">
      <Note tone="limited">This link was used or is over. The password is as it was.</Note>
      <ButtonLink kind="primary" size={40} href="/forgot">
        Ask for a new link
      </ButtonLink>
    </AuthCard>
  );
}
