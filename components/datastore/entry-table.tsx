"use client";
import { Ellipsis, FolderOpen, Pencil, Trash2 } from "lucide-react";
import type { MouseEvent } from "react";
import { folderOf, sizeText } from "@/components/datastore/value/value-text";
import { usePermission } from "@/components/shell/permissions";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { stopText, untilText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import type { StoredEntry } from "@/lib/datastore/schema";

/** What can be done with a value from its row. */
export type EntryAct = "open" | "edit" | "delete";

export interface EntryTableProps {
  rows: readonly StoredEntry[];
  /** Address of a value, for opening it in another tab. */
  hrefOf: (key: string) => string;
  onAct: (key: string, act: EntryAct) => void;
  /** Narrows the list to a prefix; absent where the list has none. */
  onNarrow?: (prefix: string) => void;
}

/** Whether a click is one that the browser itself should answer, with a new tab or window. */
function isForBrowser(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

/** Until when a value is there. */
export function Expiry({ at }: { at: string | null }) {
  const now = useNow();
  if (at === null) return <span className="faint">Never</span>;
  return (
    <time dateTime={at} title={`${stopText(at, now)} UTC`} suppressHydrationWarning>
      {untilText(at, now)}
    </time>
  );
}

function EntryMenu({
  row,
  onAct,
  onNarrow,
}: { row: StoredEntry } & Omit<EntryTableProps, "rows" | "hrefOf">) {
  const set = usePermission("set:datastore");
  const del = usePermission("del:datastore");
  const folder = folderOf(row.key);
  const narrow = onNarrow !== undefined &&
    folder !== "" && {
      label: `Only ${folder}`,
      icon: <Icon of={FolderOpen} />,
      onSelect: () => onNarrow(folder),
    };
  return (
    <Menu
      trigger={
        <IconButton
          kind="ghost"
          size={28}
          label={`What can be done with ${row.key}`}
          icon={<Icon of={Ellipsis} />}
        />
      }
      entries={[
        {
          label: "Edit",
          icon: <Icon of={Pencil} />,
          why: set.why && "no permission",
          onSelect: () => onAct(row.key, "edit"),
        },
        ...(narrow === false ? [] : [narrow]),
        "divider",
        {
          label: "Delete",
          icon: <Icon of={Trash2} />,
          danger: true,
          why: del.why && "no permission",
          onSelect: () => onAct(row.key, "delete"),
        },
      ]}
    />
  );
}

/** Entries of a store, without their values. */
export function EntryTable({ rows, hrefOf, onAct, onNarrow }: EntryTableProps) {
  return (
    <DataTable label="Values" className="values" cards>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Type</th>
          <th scope="col" className="num">
            Size
          </th>
          <th scope="col">Written</th>
          <th scope="col">Expires</th>
          <th scope="col">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <td>
              <a
                className="value-key mono"
                href={hrefOf(row.key)}
                title={row.key}
                onClick={(event) => {
                  if (isForBrowser(event)) return;
                  event.preventDefault();
                  onAct(row.key, "open");
                }}
              >
                {row.key}
              </a>
            </td>
            <td data-label="Type" className="muted">
              <span className="value-type" title={row.contentType}>
                {row.contentType}
              </span>
            </td>
            <td data-label="Size" className="num">
              {sizeText(row.size)}
            </td>
            <td data-label="Written" className="muted">
              <Ago at={row.updatedAt} />
            </td>
            <td data-label="Expires" className="muted">
              <Expiry at={row.expiresAt} />
            </td>
            <td className="num">
              <EntryMenu row={row} onAct={onAct} {...(onNarrow === undefined ? {} : { onNarrow })} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}
