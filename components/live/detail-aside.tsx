"use client";
import { clsx } from "clsx";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { OpenRow } from "@/components/live/open-row";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

/** What stands beside a list: the open row whole. Where it lies over the list, it takes the focus. */
export function DetailAside({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  const aside = useRef<HTMLElement>(null);
  useEffect(() => {
    if (matchMedia("(max-width: 1180px)").matches) aside.current?.focus();
  }, []);
  return (
    <aside ref={aside} className={clsx("detail", className)} aria-label={label} tabIndex={-1}>
      {children}
    </aside>
  );
}

/** The ways from an open row: to its neighbours, and back to the list alone. */
export function DetailSteps({ onPrevious, onNext, onClose }: Omit<OpenRow<unknown>, "id" | "row">) {
  return (
    <>
      <IconButton
        label="Previous"
        icon={<Icon of={ChevronUp} />}
        why={!onPrevious && "Nothing newer is shown"}
        onClick={onPrevious}
      />
      <IconButton
        label="Next"
        icon={<Icon of={ChevronDown} />}
        why={!onNext && "Nothing older is shown"}
        onClick={onNext}
      />
      <IconButton label="Close" icon={<Icon of={X} />} onClick={onClose} />
    </>
  );
}
