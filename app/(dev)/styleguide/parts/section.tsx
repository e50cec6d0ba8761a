import type { ReactNode } from "react";

/** One chapter of the style guide: its name and rule at the left, the parts at the right. */
export function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className="sg">
      <header>
        <h2>{title}</h2>
        <p className="muted">{text}</p>
      </header>
      <div className="sg-b">{children}</div>
    </section>
  );
}
