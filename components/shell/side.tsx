"use client";
import { createContext, type ReactNode, useContext } from "react";
import { footNavigation, type NavGroup, type NavItem, navigation } from "@/components/shell/frame/navigation";
import { useHolds } from "@/components/shell/permissions";
import { isCustomerPage } from "@/lib/accounts/format";

/** Whose pages a person sees: the workspace's, or those of one customer of it. */
export type Side = "workspace" | "customer";

const Current = createContext<Side>("workspace");

/** Tells every part below on which side the signed-in person is. */
export function SideProvider({ side, children }: { side: Side; children: ReactNode }) {
  return <Current value={side}>{children}</Current>;
}

/** On which side the signed-in person is. The server decides again what each page and request may show. */
export function useSide(): Side {
  return useContext(Current);
}

/** Whether an address of the portal leads to a page that this person finds. */
export function useMayOpen(): (href: string) => boolean {
  const side = useSide();
  return (href) => side === "workspace" || isCustomerPage(href);
}

/** The pages there are for this person: in groups, and at the foot. */
export function usePages(): { groups: readonly NavGroup[]; foot: readonly NavItem[] } {
  const side = useSide();
  const holds = useHolds();
  if (side === "workspace") return { groups: navigation, foot: footNavigation };
  const isTheirs = ({ href, scope }: NavItem) =>
    isCustomerPage(href) && (scope === undefined || holds(scope));
  return {
    groups: navigation
      .map((group) => ({ ...group, items: group.items.filter(isTheirs) }))
      .filter(({ items }) => items.length > 0),
    foot: customerFoot,
  };
}

const customerFoot = footNavigation.map((item) => ({
  ...item,
  label: "Your account",
  href: "/settings/account",
}));
