"use client";
import { useListAddress } from "@/components/lists/use-list-address";
import { type RolesView, readRolesView } from "@/components/roles/roles-view";
import { SegmentedControl } from "@/components/ui/segmented-control";

const options: readonly { value: RolesView; label: string }[] = [
  { value: "roles", label: "Roles" },
  { value: "scopes", label: "Your scopes" },
  { value: "platform", label: "Latchkey's scopes" },
];

/** The choice between the lists; each begins at its first page, with nothing searched. */
export function ViewSwitch() {
  const { search, narrow } = useListAddress();
  return (
    <SegmentedControl
      label="List"
      options={options}
      value={readRolesView(new URLSearchParams(search))}
      onChange={(next) => narrow({ view: next === "roles" ? null : next, q: null })}
    />
  );
}
