import type { ReactNode } from "react";
import type { ShellFacts } from "@/components/shell/frame/facts-answer";
import { FindButton, FindIcon } from "@/components/shell/find/find-or-do";
import { MobileMenu, WhoMenu, WorkspaceMenu, type WorkspaceMenuProps } from "@/components/shell/frame/menus";
import { RailFoot, RailNav } from "@/components/shell/frame/rail";
import { Strip } from "@/components/shell/frame/strip";
import { ThemeButton } from "@/components/shell/frame/theme-button";

export interface ShellProps extends WorkspaceMenuProps {
  user: { email: string };
  /** Their role in this workspace. */
  role: string;
  /** Counts and what is being enforced, as of now. */
  facts: ShellFacts;
  children: ReactNode;
}

/** The rail, the sheet and the strip. Needs `Providers` around it. */
export function Shell({ user, role, facts, children, ...workspace }: ShellProps) {
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
          <RailNav facts={facts} />
          <div className="side-foot">
            <RailFoot />
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
          <Strip facts={facts} />
        </div>
      </div>
    </>
  );
}
