"use client";
import { useQuery } from "@tanstack/react-query";
import { usePermission } from "@/components/shell/permissions";
import { members } from "@/lib/client/people/members";

/** Turns the id of whoever changed something into a name: a member's address, "a key", "Latchkey". */
export function useMemberName(): (id: string) => string {
  const { allowed } = usePermission("read:members");
  const list = useQuery({ ...members.list(), enabled: allowed, staleTime: 60_000 });
  const names = new Map(
    list.data?.items.map(({ userId, name, email }) => [userId, name === "" ? email : name]),
  );
  return (id) => {
    if (id === "system") return "Latchkey";
    return names.get(id) ?? (id.startsWith("key_") ? "a key" : "a member");
  };
}
