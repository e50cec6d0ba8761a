import {
  Activity,
  Braces,
  Building2,
  ChartColumn,
  Database,
  Grid3x3,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Radio,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
} from "lucide-react";

export interface NavItem {
  id:
    | "overview"
    | "keys"
    | "customers"
    | "services"
    | "rules"
    | "matrix"
    | "decisions"
    | "logs"
    | "events"
    | "usage"
    | "datastore"
    | "audit"
    | "settings";
  label: string;
  href: string;
  icon: LucideIcon;
  /** A green dot: something arrives there by itself. */
  live?: boolean;
  /** What seeing it needs, where not everyone on a customer's side has it. */
  scope?: "get:datastore";
}

export interface NavGroup {
  /** Faint heading; the first group has none. */
  heading?: string;
  items: readonly NavItem[];
}

/** The pages there are, as the rail groups them. */
export const navigation: readonly NavGroup[] = [
  { items: [{ id: "overview", label: "Overview", href: "/overview", icon: LayoutDashboard }] },
  {
    heading: "Access",
    items: [
      { id: "keys", label: "Keys", href: "/keys", icon: KeyRound },
      { id: "customers", label: "Customers", href: "/customers", icon: Building2 },
      { id: "services", label: "Services", href: "/services", icon: Server },
      { id: "rules", label: "Rules", href: "/rules", icon: Braces },
      { id: "matrix", label: "Matrix", href: "/matrix", icon: Grid3x3 },
    ],
  },
  {
    heading: "Traffic",
    items: [
      { id: "decisions", label: "Decisions", href: "/decisions", icon: Activity, live: true },
      { id: "logs", label: "Logs", href: "/logs", icon: ScrollText, live: true },
      { id: "usage", label: "Usage", href: "/usage", icon: ChartColumn },
    ],
  },
  {
    heading: "Record",
    items: [
      { id: "events", label: "Events", href: "/events", icon: Radio, live: true },
      { id: "datastore", label: "Datastore", href: "/datastore", icon: Database, scope: "get:datastore" },
      { id: "audit", label: "Audit", href: "/audit", icon: ShieldCheck, live: true },
    ],
  },
];

/** Below the groups, at the foot of the rail. */
export const footNavigation: readonly NavItem[] = [
  { id: "settings", label: "Settings", href: "/settings", icon: Settings },
];
