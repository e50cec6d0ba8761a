"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePermission } from "@/components/shell/permissions";
import { UsedLast } from "@/components/ui/overlay/dialog";
import { agoText } from "@/components/ui/words/when";
import { keys } from "@/lib/client/keys";
import type { Customer } from "@/lib/customers/schema";

/** Which of its keys were used last, and when: what stopping the customer stops. */
export function CustomerUse({ customer }: { customer: Customer }) {
  const mayRead = usePermission("read:keys").allowed;
  const [openedMs] = useState(() => Date.now());
  const { data } = useQuery({
    ...keys.list({ customer: customer.id, status: "active", sort: "lastUsed", limit: 4 }),
    enabled: mayRead,
  });
  const items = (data?.items ?? []).map(({ name, lastUsedAt }) => ({
    name,
    used: lastUsedAt === null ? "never used" : `used ${agoText(lastUsedAt, openedMs)}`,
    recent: lastUsedAt !== null && openedMs - Date.parse(lastUsedAt) < 86_400_000,
  }));
  const rest = customer.keyCount - items.length;
  if (items.length === 0) return null;
  return (
    <>
      <UsedLast items={items} />
      {rest > 0 && <p className="small muted">and {rest.toLocaleString("en")} more</p>}
    </>
  );
}
