import { clsx } from "clsx";
import { Clock } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Shape } from "@/components/ui/words/shapes";

const looks = {
  active: { tone: "on", word: "Active", shape: <Shape name="active" /> },
  overlap: { tone: "rot", word: "In overlap", shape: <Shape name="overlap" /> },
  "expires-soon": { tone: "soon", word: "Expires soon", shape: <Icon of={Clock} /> },
  disabled: { tone: "off", word: "Disabled", shape: <Shape name="held" /> },
  revoked: { tone: "off", word: "Revoked", shape: <Shape name="over" /> },
  expired: { tone: "off", word: "Expired", shape: <Shape name="over" /> },
  "service-default": { tone: "", word: "Service default", shape: <Shape name="service-default" /> },
} as const;

export type StatusName = keyof typeof looks;

export interface StatusWordProps {
  status: StatusName;
  /** Another word than the status's own. */
  children?: ReactNode;
}

/** State of a thing, quiet until it matters. */
export function StatusWord({ status, children }: StatusWordProps) {
  const { tone, word, shape } = looks[status];
  return (
    <span className={clsx("status", tone)}>
      {shape}
      {children ?? word}
    </span>
  );
}
