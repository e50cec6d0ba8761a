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

/** One line of a menu: an action, a link, or a divider. */
export type MenuEntry =
  | "divider"
  | {
      label: ReactNode;
      icon?: ReactNode;
      /** Shortcut cap at the right end. */
      hint?: string | undefined;
      /** Faint words at the right end. */
      note?: string | undefined;
      /** Why it cannot be chosen; shown at the right end. */
      why?: string | false | undefined;
      danger?: boolean;
      /** Carries a check: it is what holds now. */
      chosen?: boolean;
      onSelect?: () => void;
      href?: string;
    };

export interface MenuProps {
  /** The button that opens it; gets the menu's attributes. */
  trigger: ReactElement<ComponentProps<"button">>;
  entries: readonly MenuEntry[];
  /** Faint words above the entries. */
  heading?: string;
  align?: "start" | "end";
}

const load = () => import("@/components/ui/overlay/menu-popup");

const MenuPopup = lazy(async () => ({ default: (await load()).MenuPopup }));

/** Actions behind a button. Until it is first opened it is that button alone. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const fetchIt = () => void load();
  const trigger = cloneElement(props.trigger, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onPointerEnter: fetchIt,
    onFocus: fetchIt,
    onClick: () => setWanted(true),
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      setWanted(true);
    },
  });
  if (!wanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <MenuPopup {...props} />
    </Suspense>
  );
}
