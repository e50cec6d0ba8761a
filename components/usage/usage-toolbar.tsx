"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePermission } from "@/components/shell/permissions";
import { useCredentialOptions } from "@/components/lists/use-credential-options";
import { useSide } from "@/components/shell/side";
import type { UsageFilter, UsageState } from "@/components/usage/question";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { names } from "@/lib/client/names";

interface Option {
  value: string;
  label: string;
}

const environments = [
  { value: "live", label: "live" },
  { value: "test", label: "test" },
] as const;

/** A filter whose choices are read when somebody wants them, or has chosen one. */
function useOptions(wanted: boolean) {
  const customers = usePermission("read:customers").allowed;
  const services = usePermission("read:services").allowed;
  const own = useSide() === "workspace";
  const read = (allowed: boolean) => ({ enabled: wanted && allowed });
  const keyList = useQuery({ ...names.credentials(), ...read(usePermission("read:keys").allowed) });
  const customerList = useQuery({ ...names.customers(), ...read(customers && own) });
  const serviceList = useQuery({ ...names.services(), ...read(services) });
  const named = (items: readonly { id: string; name: string }[] | undefined): Option[] | null =>
    items?.map(({ id, name }) => ({ value: id, label: name })) ?? null;
  return {
    key: named(keyList.data?.items),
    customer: own && customers ? named(customerList.data?.items) : [],
    service: services
      ? (serviceList.data?.items.map(({ id, slug }) => ({ value: id, label: slug })) ?? null)
      : [],
  };
}

/** What narrows usage; all of it stands in the address. */
export function UsageToolbar({
  state,
  onFilter,
}: {
  state: UsageState;
  onFilter: (name: UsageFilter, value: string | null) => void;
}) {
  const [near, setNear] = useState(false);
  const chosen = state.key !== null || state.customer !== null || state.service !== null;
  const options = useOptions(near || chosen);
  const credentials = useCredentialOptions(options.key ?? [], state.key);
  const want = () => setNear(true);
  const chip = (name: "key" | "customer" | "service", label: string) => {
    const value = state[name];
    const known = name === "key" && options.key !== null ? credentials : options[name];
    if (value === null && known !== null && known.length === 0) return null;
    const listed = known ?? [];
    const shown =
      value === null || listed.some((one) => one.value === value)
        ? listed
        : [...listed, { value, label: value }];
    return (
      <FilterChip label={label} options={shown} value={value} onChange={(next) => onFilter(name, next)} />
    );
  };
  return (
    <Toolbar>
      <div className="contents" onPointerEnter={want} onPointerOver={want} onFocus={want}>
        {chip("key", "Key")}
        {chip("customer", "Customer")}
        {chip("service", "Service")}
        <FilterChip
          label="Environment"
          options={environments}
          value={state.environment}
          onChange={(next) => onFilter("environment", next)}
        />
      </div>
    </Toolbar>
  );
}
