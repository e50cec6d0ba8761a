"use client";
import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Braces, KeyRound, LogOut, Moon, Plus, Search, Server } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { MaskedKey } from "@/components/keys/masked-key";
import type { FindSource, Found } from "@/components/shell/find-or-do";
import { footNavigation, navigation } from "@/components/shell/navigation";
import { signOut } from "@/components/shell/sign-out";
import { switchTheme } from "@/components/shell/theme";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

export interface CommandBarProps {
  open: boolean;
  onClose: () => void;
  find: FindSource | undefined;
}

const kinds = {
  key: { heading: "Keys", icon: KeyRound },
  service: { heading: "Services", icon: Server },
  rule: { heading: "Rules", icon: Braces },
} as const;

/** What `find` answers to `query`, 150 ms after typing stopped; empty while there is nothing to look for. */
function useFound(find: FindSource | undefined, query: string): readonly Found[] {
  const [answer, setAnswer] = useState<{ query: string; found: readonly Found[] }>({ query: "", found: [] });
  useEffect(() => {
    if (!find || query.length < 2) return;
    let current = true;
    const timer = setTimeout(() => {
      find(query).then(
        (found) => current && setAnswer({ query, found }),
        () => current && setAnswer({ query, found: [] }),
      );
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [find, query]);
  return query.length < 2 ? [] : answer.found;
}

function Line({ value, icon, onSelect, children, end }: { value: string; icon: ReactNode; onSelect: () => void; children: ReactNode; end?: ReactNode }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="mi">
      {icon}
      <span>{children}</span>
      {end}
    </Command.Item>
  );
}

function FoundGroup({ kind, found, go }: { kind: Found["kind"]; found: readonly Found[]; go: (href: string) => void }) {
  const { heading, icon } = kinds[kind];
  if (found.length === 0) return null;
  return (
    <Command.Group heading={heading} forceMount>
      {found.map((one) => (
        <Line
          key={one.id}
          value={`${one.kind} ${one.name} ${one.id} ${one.masked ?? ""}`}
          icon={<Icon of={icon} />}
          onSelect={() => go(one.href)}
          end={one.masked && <MaskedKey masked={one.masked} />}
        >
          Open <b>{one.name}</b>
        </Line>
      ))}
    </Command.Group>
  );
}

/** Find a thing by name or do something by its verb, from anywhere. */
export function CommandBar({ open, onClose, find }: CommandBarProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const found = useFound(find, query.trim());
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
            <Command label="Find or do" loop>
              <div className="cmd-in">
                <Icon of={Search} />
                <Command.Input value={query} onValueChange={setQuery} placeholder="Find a key, service or rule, or do something" />
                <Kbd>Esc</Kbd>
              </div>
              <Command.List>
                <Command.Empty className="muted">Nothing is called “{query}” here.</Command.Empty>
                {(["key", "service", "rule"] as const).map((kind) => (
                  <FoundGroup key={kind} kind={kind} found={found.filter((one) => one.kind === kind)} go={go} />
                ))}
                <Command.Group heading="Do">
                  <Line value="Create key" icon={<Icon of={Plus} />} onSelect={() => go("/keys?create=key")}>
                    Create key
                  </Line>
                  <Line value="Switch theme dark light" icon={<Icon of={Moon} />} onSelect={run(switchTheme)}>
                    Switch theme
                  </Line>
                  <Line value="Sign out" icon={<Icon of={LogOut} />} onSelect={run(() => void signOut())}>
                    Sign out
                  </Line>
                </Command.Group>
                <Command.Group heading="Go to">
                  {[...navigation.flatMap((group) => group.items), ...footNavigation].map((item) => (
                    <Line key={item.id} value={`Go to ${item.label}`} icon={<Icon of={item.icon} />} onSelect={() => go(item.href)}>
                      {item.label}
                    </Line>
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
