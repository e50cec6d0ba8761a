import type { Metadata } from "next";
import { AccountSettings } from "@/components/settings/account-settings";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { readWaysIn } from "@/lib/accounts/sign-in/ways-in";
import { requirePortalSession } from "@/lib/accounts/session/session";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage() {
  const { user } = await requirePortalSession();
  return (
    <SettingsFrame current="account">
      <AccountSettings email={user.email} {...await readWaysIn(user.id)} />
    </SettingsFrame>
  );
}
