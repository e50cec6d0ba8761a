"use client";
import { Search } from "lucide-react";
import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

const Open = createContext<() => void>(() => undefined);

const CommandBar = lazy(async () => {
  const { CommandBar: component } = await import("@/components/shell/find/command-bar");
  return { default: component };
});

/** Listens for ⌘ K and holds the command bar, which is fetched at its first opening. */
export function FindProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const [typed, setTyped] = useState("");
  const show = () => {
    setWanted(true);
    setOpen(true);
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setWanted(true);
      setOpen((was) => !was);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
  return (
    <Open value={show}>
      {children}
      {wanted && (
        <Suspense fallback={open && <Waiting onType={setTyped} />}>
          <CommandBar open={open} typed={typed} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Open>
  );
}

/** Takes what is typed while the bar is being fetched, so that no letter is lost or taken for a shortcut of the page. */
function Waiting({ onType }: { onType: (text: string) => void }) {
  return (
    <div className="dialog-place cmd-place">
      <div className="cmd">
        <div className="cmd-in">
          <Icon of={Search} />
          <input autoFocus aria-label="Find or do" onChange={({ target }) => onType(target.value)} />
        </div>
      </div>
    </div>
  );
}

/** The field-like button of the rail. */
export function FindButton() {
  const show = useContext(Open);
  return (
    <button type="button" className="find" onClick={show} aria-keyshortcuts="Meta+K Control+K">
      <Icon of={Search} />
      <span>Find or do</span>
      <Kbd>⌘ K</Kbd>
    </button>
  );
}

/** The same as an icon, in the bar of a phone. */
export function FindIcon() {
  const show = useContext(Open);
  return <IconButton label="Find or do" size={40} icon={<Icon of={Search} />} onClick={show} />;
}
