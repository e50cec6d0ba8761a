import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/accounts/auth-frame";
import { ForgotForm } from "@/components/accounts/forgot-form";
import { Note } from "@/components/ui/plate";
import { resetIsOff } from "@/lib/accounts/passwords/reset-password";
import { mailMode } from "@/lib/mail/send";

export const metadata: Metadata = { title: "Forgotten password" };

export default function ForgotPage() {
  const mode = mailMode();
  return (
    <AuthCard title="Forgotten password" about="A link that sets a new one comes by mail">
      {mode === "off" ? (
        <Note tone="limited">{resetIsOff}</Note>
      ) : (
        <ForgotForm printed={mode === "printed"} />
      )}
      <p className="muted">
        <Link href="/sign-in">Back to signing in</Link>
      </p>
    </AuthCard>
  );
}
