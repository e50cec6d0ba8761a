import { CirclePause, CirclePlay, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { Button, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";

/** Why something cannot be done; false or absent when it can. */
type Why = string | false | undefined;

export interface DetailActionsProps {
  edit: { why: Why; onEdit: (() => void) | undefined };
  /** Left out where the thing cannot be disabled. */
  pause?: { isDisabled: boolean; why: Why; isEnabling: boolean; onDisable: () => void; onEnable: () => void };
  /** `label`: "Delete plan". */
  remove: { label: string; why: Why; onRemove: () => void };
}

/** What the head of a thing's page offers: edit, disable or enable, and behind the dots delete. */
export function DetailActions({ edit, pause, remove }: DetailActionsProps) {
  return (
    <>
      <Button size={28} icon={<Icon of={Pencil} />} why={edit.why} onClick={edit.onEdit}>
        Edit
      </Button>
      {pause?.isDisabled === true && (
        <Button
          size={28}
          icon={<Icon of={CirclePlay} />}
          why={pause.why}
          busy={pause.isEnabling && "Enabling"}
          onClick={pause.onEnable}
        >
          Enable
        </Button>
      )}
      {pause?.isDisabled === false && (
        <Button
          size={28}
          kind="danger"
          icon={<Icon of={CirclePause} />}
          why={pause.why}
          onClick={pause.onDisable}
        >
          Disable
        </Button>
      )}
      <Menu
        trigger={<IconButton kind="secondary" label="More" icon={<Icon of={Ellipsis} />} />}
        entries={[
          {
            label: remove.label,
            icon: <Icon of={Trash2} />,
            danger: true,
            why: remove.why,
            onSelect: remove.onRemove,
          },
        ]}
      />
    </>
  );
}
