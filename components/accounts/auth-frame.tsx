import type { ReactNode } from "react";
import { PinsDrawing } from "@/components/accounts/pins-drawing";
import { Mark } from "@/components/shell/frame/mark";
import { ThemeButton } from "@/components/shell/frame/theme-button";
import { VerdictWord } from "@/components/ui/words/verdict-word";

export interface AuthFrameProps {
  /** Faint words at the foot: where this Latchkey lives. */
  foot: string;
  children: ReactNode;
}

/** The pages before the portal: a form, and beside it the one illustration there is. */
export function AuthFrame({ foot, children }: AuthFrameProps) {
  return (
    <div className="auth">
      <main className="auth-form">
        <div className="auth-top">
          <Mark />
          <b>Latchkey</b>
          <span className="grow" />
          <ThemeButton />
        </div>
        {children}
        <p className="auth-foot small faint">{foot}</p>
      </main>
      <aside className="auth-art" aria-label="How it works">
        <PinsDrawing />
        <div className="auth-cap">
          <p>Every call is held against every rule. It opens only when all of them line up.</p>
          <div className="auth-line">
            <VerdictWord verdict="allow" />
            <code>GET /v1/invoices</code>
            <span className="faint">read:invoices</span>
            <span className="grow" />
            <code className="faint">0.11 ms</code>
          </div>
        </div>
      </aside>
    </div>
  );
}

export interface AuthCardProps {
  title: string;
  /** One muted line below the title. */
  about?: ReactNode;
  children: ReactNode;
}

/** Title and content of one of these pages. */
export function AuthCard({ title, about, children }: AuthCardProps) {
  return (
    <div className="auth-card">
      <div>
        <h1>{title}</h1>
        {about !== undefined && <p className="muted">{about}</p>}
      </div>
      {children}
    </div>
  );
}
