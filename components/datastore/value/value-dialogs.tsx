"use client";
import { DeleteValue } from "@/components/datastore/value/delete-value";
import { EditValue } from "@/components/datastore/form/edit-value";
import { ValueDialog } from "@/components/datastore/value/value-dialog";
import { ValueForm } from "@/components/datastore/form/value-form";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { toast } from "@/components/ui/overlay/toaster";
import type { StoredEntry } from "@/lib/datastore/schema";

export interface ValueDialogsProps {
  nonce: string | undefined;
  /** What the list is narrowed to; a new key begins with it. */
  prefix: string;
  /** Whose store; absent for the workspace's. */
  customer: string | undefined;
}

/** What the address opens over the list: one value to see, change or delete, or the form of a new one. */
export function ValueDialogs({ nonce, prefix, customer }: ValueDialogsProps) {
  const { search, amend } = useAddressBar();
  const maySet = usePermission("set:datastore").allowed;
  const mayDelete = usePermission("del:datastore").allowed;
  const key = search.get("key");
  const close = () => amend({ key: null, do: null, create: null });
  const saved = ({ key: written }: StoredEntry) => {
    toast({ text: `${written} saved.` });
    amend({ key: written, do: null, create: null });
  };
  if (key === null) {
    if (!maySet) return null;
    return (
      <ValueForm
        stored={null}
        at={prefix}
        customer={customer}
        nonce={nonce}
        onClose={close}
        onSaved={saved}
      />
    );
  }
  const place = { key, customer };
  const shown = (
    <ValueDialog
      place={place}
      onClose={close}
      onEdit={() => amend({ do: "edit" })}
      onDelete={() => amend({ do: "delete" })}
    />
  );
  const back = () => amend({ do: null });
  if (search.get("do") === "edit" && maySet)
    return <EditValue place={place} nonce={nonce} waiting={shown} onClose={back} onSaved={saved} />;
  if (search.get("do") === "delete" && mayDelete)
    return (
      <DeleteValue
        place={place}
        onClose={back}
        onDeleted={() => {
          toast({ text: `${key} deleted.` });
          close();
        }}
      />
    );
  return shown;
}
