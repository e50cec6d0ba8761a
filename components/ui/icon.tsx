import type { LucideIcon } from "lucide-react";

export interface IconProps {
  /** A Lucide icon, drawn at 16 px (12 px when `small`) with square caps. */
  of: LucideIcon;
  small?: boolean;
  className?: string;
}

/** A decorative icon: the word beside it carries the meaning. */
export function Icon({ of: Drawing, small = false, className = "" }: IconProps) {
  return <Drawing aria-hidden className={`i ${small ? "xs" : ""} ${className}`} strokeWidth={2.1} />;
}
