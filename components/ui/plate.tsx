import { clsx } from "clsx";
import type { ReactNode } from "react";

export interface PlateProps {
  /** Heading; without it the plate has no header. */
  title?: ReactNode;
  /** Muted words after the heading. */
  note?: ReactNode;
  /** Right end of the header: a faint word, a link or buttons. */
  aside?: ReactNode;
  footer?: ReactNode;
  /** False when the content (a table, a chart) brings its own padding. */
  padded?: boolean;
  className?: string;
  children: ReactNode;
}

/** A summary on its own plane. Lists and editors do not sit on plates: they run to the edges of the sheet. */
export function Plate({ title, note, aside, footer, padded = true, className, children }: PlateProps) {
  return (
    <section className={clsx("plate", className)}>
      {title !== undefined && (
        <header>
          <h2>{title}</h2>
          {note !== undefined && <span className="muted">{note}</span>}
          {aside !== undefined && <span className="aside">{aside}</span>}
        </header>
      )}
      {padded ? <div className="pad">{children}</div> : children}
      {footer !== undefined && <footer>{footer}</footer>}
    </section>
  );
}

export interface NoteProps {
  tone?: "plain" | "accent" | "limited" | "deny";
  /** `<Icon …/>` or `<Shape …/>`. */
  icon?: ReactNode;
  children: ReactNode;
}

/** A sentence that must be seen before going on. */
export function Note({ tone = "plain", icon, children }: NoteProps) {
  return (
    <div className={clsx("note", tone)}>
      {icon}
      <p>{children}</p>
    </div>
  );
}
