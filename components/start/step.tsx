import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";

export interface StepProps {
  number: number;
  /** Done steps stay open; the one that is on now is lit; later ones wait. */
  state: "done" | "now" | "later";
  title: string;
  text: string;
  children?: ReactNode;
}

/** One tooth of the rail and what is done there. */
export function Step({ number, state, title, text, children }: StepProps) {
  return (
    <li className={clsx("st", state)} aria-current={state === "now" ? "step" : undefined}>
      <span className="st-n">
        {state === "done" ? <Icon of={Check} small /> : number}
        {state === "done" && <span className="vh">Done</span>}
      </span>
      <div className="st-b">
        <div className="st-h">
          <h2>{title}</h2>
          <p className="muted">{text}</p>
        </div>
        {children}
      </div>
    </li>
  );
}
