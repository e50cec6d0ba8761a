"use client";
import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { Command } from "cmdk";
import {
  Braces,
  Building2,
  KeyRound,
  LogOut,
  Moon,
  Plus,
  RefreshCw,
  Search,
  Server,
  Settings,
} from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { MaskedKey } from "@/components/keys/masked-key";
import {
  type Command as ShellCommand,
  creations,
  deeds,
  settingsPages,
} from "@/components/shell/find/commands";
import { findThings, type Found } from "@/components/shell/find/find-things";
import { usePermission } from "@/components/shell/permissions";
import { usePages, useSide } from "@/components/shell/side";
import { signOut } from "@/components/shell/frame/sign-out";
import { switchTheme } from "@/components/shell/frame/theme";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

export interface CommandBarProps {
  open: boolean;
  /** What was typed before the bar was there. */
  typed: string;
  onClose: () => void;
}

const kinds = {
  key: { heading: "Keys", icon: KeyRound },
  customer: { heading: "Customers", icon: Building2 },
  service: { heading: "Services", icon: Server },
  rule: { heading: "Rules", icon: Braces },
} as const;

/** A line is meant by all words of the query, not by letters that it happens to hold in their order. */
function isMeant(line: string, query: string): 0 | 1 {
  const text = line.toLowerCase();
  return query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
    ? 1
    : 0;
}

/** What is called like `query`, 150 ms after typing stopped; the last answer stays until the next one comes. */
function useFound(query: string): readonly Found[] {
  const client = useQueryClient();
  const [found, setFound] = useState<readonly Found[]>([]);
  useEffect(() => {
    if (query.length < 2) return;
    let current = true;
    const look = async () => {
      const answer = await findThings(client, query);
      if (current) setFound(answer);
    };
    const timer = setTimeout(() => void look(), 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, query]);
  return query.length < 2 ? [] : found;
}

interface LineProps {
  value: string;
  icon: ReactNode;
  onSelect: () => void;
  children: ReactNode;
  /** Right end of the line. */
  end?: ReactNode;
}

function Line({ value, icon, onSelect, children, end }: LineProps) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="mi">
      {icon}
      <span>{children}</span>
      {end}
    </Command.Item>
  );
}

/** A command, for those who may. */
function Lead({
  command: { label, href, scope },
  icon,
  go,
}: {
  command: ShellCommand;
  icon: ReactNode;
  go: (href: string) => void;
}) {
  const { allowed } = usePermission(scope);
  if (!allowed) return null;
  return (
    <Line value={label} icon={icon} onSelect={() => go(href)}>
      {label}
    </Line>
  );
}

function FoundGroup({
  kind,
  found,
  go,
}: {
  kind: Found["kind"];
  found: readonly Found[];
  go: (href: string) => void;
}) {
  const { heading, icon } = kinds[kind];
  const mayRotate = usePermission("rotate:keys").allowed;
  if (found.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {found.map(({ id, name, href, masked }) => (
        <Line
          key={id}
          value={`Open ${name} ${id} ${masked ?? ""}`}
          icon={<Icon of={icon} />}
          onSelect={() => go(href)}
          end={masked && <MaskedKey masked={masked} />}
        >
          Open <b>{name}</b>
        </Line>
      ))}
      {kind === "key" &&
        mayRotate &&
        found.map(({ id, name, href, masked }) => (
          <Line
            key={id}
            value={`Rotate ${name} ${id} ${masked ?? ""}`}
            icon={<Icon of={RefreshCw} />}
            onSelect={() => go(`${href}?do=rotate`)}
          >
            Rotate <b>{name}</b>
          </Line>
        ))}
    </Command.Group>
  );
}

/** Find a thing by name or do something by its verb, from anywhere. */
export function CommandBar({ open, typed, onClose }: CommandBarProps) {
  const { groups, foot } = usePages();
  const mayCreate = usePermission("create:keys").allowed;
  const isProvider = useSide() === "workspace";
  const router = useRouter();
  const [query, setQuery] = useState(typed);
  const found = useFound(query.trim());
  const close = () => {
    setQuery("");
    onClose();
  };
  const run = (act: () => void) => () => {
    close();
    act();
  };
  const go = (href: string) => run(() => router.push(href))();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Viewport className="dialog-place cmd-place">
          <Dialog.Popup className="cmd" aria-label="Find or do">
            <Command label="Find or do" loop filter={isMeant}>
              <div className="cmd-in">
                <Icon of={Search} />
                <Command.Input
                  autoFocus
                  value={query}
                  onValueChange={setQuery}
                  placeholder={`Find a ${isProvider ? "key, customer, service or rule" : "key"}, or do something`}
                />
                <Kbd>Esc</Kbd>
              </div>
              <Command.List>
                <Command.Empty className="muted">Nothing is called “{query}” here.</Command.Empty>
                {(["key", "customer", "service", "rule"] as const).map((kind) => (
                  <FoundGroup
                    key={kind}
                    kind={kind}
                    found={found.filter((one) => one.kind === kind)}
                    go={go}
                  />
                ))}
                <Command.Group heading="Do">
                  {mayCreate && (
                    <Line
                      value="Create key"
                      icon={<Icon of={Plus} />}
                      onSelect={() => go("/keys?create=key")}
                    >
                      Create key
                    </Line>
                  )}
                  {isProvider &&
                    [...creations, ...deeds].map((command) => (
                      <Lead key={command.href} command={command} icon={<Icon of={Plus} />} go={go} />
                    ))}
                  <Line value="Switch theme dark light" icon={<Icon of={Moon} />} onSelect={run(switchTheme)}>
                    Switch theme
                  </Line>
                  <Line value="Sign out" icon={<Icon of={LogOut} />} onSelect={run(() => void signOut())}>
                    Sign out
                  </Line>
                </Command.Group>
                <Command.Group heading="Go to">
                  {[...groups.flatMap((group) => group.items), ...foot].map((item) => (
                    <Line
                      key={item.id}
                      value={`Go to ${item.label}`}
                      icon={<Icon of={item.icon} />}
                      onSelect={() => go(item.href)}
                    >
                      {item.label}
                    </Line>
                  ))}
                  {isProvider &&
                    settingsPages.map((command) => (
                      <Lead key={command.href} command={command} icon={<Icon of={Settings} />} go={go} />
                    ))}
                </Command.Group>
              </Command.List>
            </Command>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
