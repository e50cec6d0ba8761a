import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

export interface PageProps {
  /**
   * `flow`: the page scrolls, `flush`: columns run down to the strip (editors, streams), `fill`: the sheet is one
   * window high and the table inside scrolls.
   */
  layout?: "flow" | "flush" | "fill";
  className?: string;
  children: ReactNode;
}

/** What stands on the sheet: a `PageHead`, then content. */
export function Page({ layout = "flow", className, children }: PageProps) {
  return <div className={clsx("page", layout, className)}>{children}</div>;
}

export interface PageHeadProps {
  title: ReactNode;
  /** Faint count after the title. */
  count?: number | undefined;
  /** Where this page belongs: "Keys" before a key's name. */
  crumb?: { label: string; href: string };
  /** Status word, tags, a muted sentence. */
  facts?: ReactNode;
  /** Buttons at the right end, the primary one last. */
  actions?: ReactNode;
}

/** 56 px: what this is, what state it is in, what can be done. */
export function PageHead({ title, count, crumb, facts, actions }: PageHeadProps) {
  return (
    <div className="head">
      {crumb && (
        <Link className="crumb" href={crumb.href}>
          {crumb.label}
        </Link>
      )}
      <h1>
        {title}
        {count !== undefined && <span className="count">{count.toLocaleString("en")}</span>}
      </h1>
      {facts}
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}
