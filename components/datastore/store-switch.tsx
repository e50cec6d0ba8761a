"use client";
import { useQuery } from "@tanstack/react-query";
import { usePermission } from "@/components/shell/permissions";
import { useSide } from "@/components/shell/side";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { names } from "@/lib/client/names";

export interface StoreSwitchProps {
  /** Id of the customer whose store is seen; null for the workspace's. */
  customer: string | null;
  onChange: (customer: string | null) => void;
}

/** Whose store is seen. Each customer has its own, apart from the workspace's. */
export function StoreSwitch({ customer, onChange }: StoreSwitchProps) {
  const mayChoose = usePermission("read:customers").allowed;
  const isProvider = useSide() === "workspace";
  const isShown = mayChoose && isProvider;
  const { data } = useQuery({ ...names.customers(), enabled: isShown });
  if (!isShown) return null;
  const options = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (options.length === 0 && customer === null) return null;
  return <FilterChip label="Customer" options={options} value={customer} onChange={onChange} />;
}
