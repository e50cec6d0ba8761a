"use client";
import { Ban, Copy, Ellipsis, ExternalLink, Pause, Pencil, Play, RefreshCw } from "lucide-react";
import { useKeyTask } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { isOver, whyNotRotated } from "@/components/keys/key-state";
import { usePermission } from "@/components/shell/permissions";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu, type MenuEntry } from "@/components/ui/overlay/menu";
import { toast } from "@/components/ui/overlay/toaster";
import { updateKey } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

/** Stops a key, or lets it go on; at once, and taken back when refused. */
export function useSwitchKey() {
  return useKeyChange({
    send: ({ key, disabled }: { key: Key; disabled: boolean }) => updateKey({ id: key.id, disabled }),
    foresee: (key, input) =>
      key.id === input.key.id ? { ...key, status: input.disabled ? "disabled" : "active" } : key,
    onDone: (key, { disabled }) =>
      toast({
        tone: "changed",
        text: disabled ? `${key.name} disabled. It is refused until it is enabled.` : `${key.name} enabled.`,
      }),
    failed: ({ key, disabled }) => `${key.name} is still ${disabled ? "enabled" : "disabled"}.`,
  });
}

async function copyId(id: string): Promise<void> {
  await navigator.clipboard.writeText(id);
  toast({ tone: "done", text: "Key id copied." });
}

/** What can be done with one key, and why not. `place` leaves out what the page around it already offers. */
export function KeyMenu({ subject, place }: { subject: Key; place: "row" | "page" }) {
  const start = useKeyTask();
  const turn = useSwitchKey();
  const rotate = usePermission("rotate:keys");
  const update = usePermission("update:keys");
  const revoke = usePermission("revoke:keys");
  const over = isOver(subject) && "It is over";
  const disabled = subject.status === "disabled";
  const entries: MenuEntry[] = [
    ...(place === "row"
      ? [
          { label: "Open", icon: <Icon of={ExternalLink} />, href: `/keys/${subject.id}` },
          {
            label: "Rotate",
            icon: <Icon of={RefreshCw} />,
            hint: "R",
            why:
              (rotate.why && "no permission") ||
              (whyNotRotated(subject) && (subject.status === "rotating" ? "in overlap" : "it is over")),
            onSelect: () => start({ kind: "rotate", key: subject }),
          },
        ]
      : []),
    {
      label: "Edit",
      icon: <Icon of={Pencil} />,
      why: (update.why && "no permission") || (subject.status === "revoked" && "revoked"),
      onSelect: () => start({ kind: "edit", key: subject }),
    },
    {
      label: disabled ? "Enable" : "Disable",
      icon: <Icon of={disabled ? Play : Pause} />,
      why: (update.why && "no permission") || over,
      onSelect: () => turn.mutate({ key: subject, disabled: !disabled }),
    },
    { label: "Copy id", icon: <Icon of={Copy} />, onSelect: () => void copyId(subject.id) },
    ...(place === "row"
      ? [
          "divider" as const,
          {
            label: "Revoke",
            icon: <Icon of={Ban} />,
            danger: true,
            why: (revoke.why && "no permission") || (subject.status === "revoked" && "revoked"),
            onSelect: () => start({ kind: "revoke", keys: [subject] }),
          },
        ]
      : []),
  ];
  return (
    <Menu
      trigger={<IconButton label={`More for ${subject.name}`} icon={<Icon of={Ellipsis} />} />}
      entries={entries}
    />
  );
}
