import type { ReactNode } from "react";
import { Page, PageHead } from "@/components/shell/page";
import { TabLinks } from "@/components/ui/tabs";

const pages = [
  { value: "workspace", label: "Workspace", href: "/settings" },
  { value: "members", label: "Members", href: "/settings/members" },
  { value: "account", label: "Your account", href: "/settings/account" },
] as const;

export interface SettingsFrameProps {
  current: (typeof pages)[number]["value"];
  actions?: ReactNode;
  children: ReactNode;
}

/** Head and tabs of every settings page. */
export function SettingsFrame({ current, actions, children }: SettingsFrameProps) {
  return (
    <Page>
      <PageHead title="Settings" actions={actions} />
      <TabLinks label="Settings" items={pages} current={current} />
      {children}
    </Page>
  );
}
