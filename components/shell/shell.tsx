import type { ReactNode } from "react";
import { FindButton, FindIcon } from "@/components/shell/find-or-do";
import { MobileMenu, WhoMenu, WorkspaceMenu, type WorkspaceMenuProps } from "@/components/shell/menus";
import type { NavCounts } from "@/components/shell/navigation";
import { RailFoot, RailNav } from "@/components/shell/rail";
import { Strip, type StripProps } from "@/components/shell/strip";
import { ThemeButton } from "@/components/shell/theme-button";

export interface ShellProps extends WorkspaceMenuProps {
  user: { email: string };
  /** Their role in this workspace. */
  role: string;
  counts?: NavCounts;
  /** What is being enforced right now. */
  strip?: StripProps;
  children: ReactNode;
}

/** The rail, the sheet and the strip. Needs `Providers` around it. */
export function Shell({ user, role, counts = {}, strip = {}, children, ...workspace }: ShellProps) {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <aside className="side" aria-label="Workspace">
          <div className="side-top">
            <WorkspaceMenu {...workspace} />
            <ThemeButton />
          </div>
          <FindButton />
          <RailNav counts={counts} />
          <div className="side-foot">
            <RailFoot counts={counts} />
            <WhoMenu email={user.email} role={role} />
          </div>
        </aside>
        <header className="mobile">
          <WorkspaceMenu {...workspace} />
          <span className="grow" />
          <ThemeButton size={40} />
          <FindIcon />
          <MobileMenu email={user.email} />
        </header>
        <div className="sheet">
          <main id="main" tabIndex={-1}>
            {children}
          </main>
          <Strip {...strip} />
        </div>
      </div>
    </>
  );
}
