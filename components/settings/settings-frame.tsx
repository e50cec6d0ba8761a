"use client";
import type { ReactNode } from "react";
import { Page, PageHead } from "@/components/shell/page";
import { useSide } from "@/components/shell/side";
import { TabLinks } from "@/components/ui/tabs";
import { isCustomerPage } from "@/lib/accounts/format";

const pages = [
  { value: "workspace", label: "Workspace", href: "/settings" },
  { value: "members", label: "Members", href: "/settings/members" },
  { value: "roles", label: "Roles and scopes", href: "/settings/roles" },
  { value: "plans", label: "Plans", href: "/settings/plans" },
  { value: "issuers", label: "JWT issuers", href: "/settings/issuers" },
  { value: "sinks", label: "Sinks", href: "/settings/sinks" },
  { value: "account", label: "Your account", href: "/settings/account" },
] as const;

export interface SettingsFrameProps {
  current: (typeof pages)[number]["value"];
  actions?: ReactNode;
  children: ReactNode;
}

/** Head and tabs of every settings page; on a customer's side there is the account alone. */
export function SettingsFrame({ current, actions, children }: SettingsFrameProps) {
  const shown = useSide() === "workspace" ? pages : pages.filter(({ href }) => isCustomerPage(href));
  return (
    <Page>
      <PageHead title="Settings" actions={actions} />
      <TabLinks label="Settings" items={shown} current={current} />
      {children}
    </Page>
  );
}
