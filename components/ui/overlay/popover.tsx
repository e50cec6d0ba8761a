"use client";
import {
  cloneElement,
  type ComponentProps,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useState,
} from "react";

export interface PopoverProps {
  /** The button that opens it; gets the popover's attributes. */
  trigger: ReactElement<ComponentProps<"button">>;
  /** Names the popover for screen readers; shown as its heading. */
  title: string;
  align?: "start" | "end";
  children: ReactNode;
}

const load = () => import("@/components/ui/overlay/popover-popup");

const PopoverPopup = lazy(async () => ({ default: (await load()).PopoverPopup }));

/** A little form or explanation beside the button that opens it. Until it is first opened it is that button alone. */
export function Popover(props: PopoverProps) {
  const [wanted, setWanted] = useState(false);
  const fetchIt = () => void load();
  const trigger = cloneElement(props.trigger, {
    "aria-haspopup": "dialog",
    "aria-expanded": false,
    onPointerEnter: fetchIt,
    onFocus: fetchIt,
    onClick: () => setWanted(true),
  });
  if (!wanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <PopoverPopup {...props} />
    </Suspense>
  );
}
