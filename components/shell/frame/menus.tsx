"use client";
import { ChevronsUpDown, Ellipsis, LogOut, MenuIcon } from "lucide-react";
import { signOut } from "@/components/shell/frame/sign-out";
import { Mark } from "@/components/shell/frame/mark";
import { usePages } from "@/components/shell/side";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu, type MenuEntry } from "@/components/ui/overlay/menu";

export interface WorkspaceMenuProps {
  workspace: { slug: string; name: string };
  /** Every workspace of this person. */
  workspaces: readonly { slug: string; name: string }[];
  /** Makes another one current; without it only the name is shown. */
  onSwitch?: ((slug: string) => Promise<void>) | undefined;
}

/** The mark, the workspace's name, and the way to another one. */
export function WorkspaceMenu({ workspace, workspaces, onSwitch }: WorkspaceMenuProps) {
  const name = (
    <>
      <Mark />
      <b className="trunc">{workspace.name}</b>
    </>
  );
  if (!onSwitch || workspaces.length < 2) return <span className="ws">{name}</span>;
  const entries = workspaces.map((one) => ({
    label: one.name,
    note: one.slug,
    chosen: one.slug === workspace.slug,
    onSelect: () => void onSwitch(one.slug),
  }));
  const trigger = (
    <button type="button" className="ws">
      {name}
      <Icon of={ChevronsUpDown} small />
    </button>
  );
  return <Menu trigger={trigger} heading="Workspaces" entries={entries} align="start" />;
}

const leave = {
  label: "Sign out",
  icon: <Icon of={LogOut} />,
  onSelect: () => void signOut(),
} as const satisfies MenuEntry;

/** Who is signed in, as what, and the way out. */
export function WhoMenu({ email, role }: { email: string; role: string }) {
  const trigger = (
    <button type="button" className="who">
      <span className="ava" aria-hidden="true">
        {email.slice(0, 1).toUpperCase()}
      </span>
      <span className="grow trunc">{email}</span>
      <Icon of={Ellipsis} small />
    </button>
  );
  return <Menu trigger={trigger} heading={`${email}, ${role}`} entries={[leave]} align="start" />;
}

/** The rail as a menu, below 720 px. */
export function MobileMenu({ email }: { email: string }) {
  const { groups, foot } = usePages();
  const pages = [...groups.flatMap((group) => group.items), ...foot].map((item) => ({
    label: item.label,
    href: item.href,
    icon: <Icon of={item.icon} />,
  }));
  const trigger = <IconButton label="Menu" size={40} icon={<Icon of={MenuIcon} />} />;
  return <Menu trigger={trigger} heading={email} entries={[...pages, "divider", leave]} />;
}
