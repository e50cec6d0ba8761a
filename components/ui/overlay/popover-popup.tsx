"use client";
import { Popover as Base } from "@base-ui/react/popover";
import type { PopoverProps } from "@/components/ui/overlay/popover";

/** The popover itself, open from its first moment: it is fetched when it is wanted. */
export function PopoverPopup({ trigger, title, align = "start", children }: PopoverProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="float-place" sideOffset={4} align={align}>
          <Base.Popup className="popover">
            <Base.Title>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
