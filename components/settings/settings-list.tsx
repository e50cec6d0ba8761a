"use client";
import { Plus } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { ListSearch } from "@/components/lists/list-search";
import { ListView, type ListViewProps } from "@/components/lists/list-view";
import { useListAddress } from "@/components/lists/use-list-address";
import { SettingsFrame, type SettingsFrameProps } from "@/components/settings/settings-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Toolbar } from "@/components/ui/table/data-table";
import type { PlatformScope } from "@/lib/scopes/catalogue";

export interface SettingsListProps<Item> extends Pick<
  ListViewProps<Item>,
  "query" | "things" | "stillWorks" | "children"
> {
  current: SettingsFrameProps["current"];
  /** `thing` stands in the address while its dialog is open: `?create=plan`. */
  create: { thing: string; scope: PlatformScope; label: string; firstLabel: string };
  search: { label: string; placeholder: string };
  /** What stands there while there is nothing yet. */
  first: { title: string; text: string };
  /** What stands there when nothing matches. */
  noMatch: { title: (q: string) => string; text: string };
  /** Stands before the search, and above the empty list. */
  views?: ReactNode;
  /** The dialog that creates one, given how to close it. */
  dialog: (close: () => void) => ReactNode;
  /** Other dialogs of the page. */
  dialogs?: ReactNode;
}

/** A settings page that is one list: searched in the address, created into by a dialog or the key C. */
export function SettingsList<Item>(props: SettingsListProps<Item>) {
  const { current, create, search: searching, first, noMatch, views, dialog, dialogs, ...list } = props;
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go, amend } = useAddressBar();
  const may = usePermission(create.scope);
  const open = () => {
    if (may.allowed) go({ create: create.thing });
  };
  useShortcut("c", open);
  const icon = <Icon of={Plus} />;
  const empty = (
    <EmptyFirst
      {...first}
      actions={
        <Button icon={icon} why={may.why} onClick={open}>
          {create.firstLabel}
        </Button>
      }
    />
  );
  return (
    <SettingsFrame
      current={current}
      actions={
        <Button kind="primary" size={28} icon={icon} hint="C" why={may.why} onClick={open}>
          {create.label}
        </Button>
      }
    >
      <ListView
        {...list}
        address={address}
        isNarrowed={q !== ""}
        toolbar={
          <>
            {views}
            <ListSearch {...searching} q={q} onSearch={seek} />
          </>
        }
        first={
          <>
            {views !== undefined && <Toolbar>{views}</Toolbar>}
            {empty}
          </>
        }
        noMatch={
          <NoMatch
            title={noMatch.title(q)}
            text={noMatch.text}
            actions={<Button onClick={() => narrow({ q: null })}>Clear search</Button>}
          />
        }
      />
      <Suspense>
        {search.get("create") === create.thing && may.allowed && dialog(() => amend({ create: null }))}
        {dialogs}
      </Suspense>
    </SettingsFrame>
  );
}
