import type { ReactNode } from "react";
import { AuthFrame } from "@/components/accounts/auth-frame";
import { portalUrl } from "@/lib/env";
import { version } from "@/package.json";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <AuthFrame foot={`Self-hosted at ${new URL(portalUrl()).host}. Version ${version}`}>{children}</AuthFrame>
  );
}
