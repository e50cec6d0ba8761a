"use client";
import { useSearchParams } from "next/navigation";
import { OwnScopes } from "@/components/roles/own-scopes";
import { PlatformScopes } from "@/components/roles/platform-scopes";
import { RoleList } from "@/components/roles/role-list";
import { readRolesView } from "@/components/roles/roles-view";

/** Named lists of scopes, the workspace's own scopes, and Latchkey's. Which one stands in the address. */
export function RolesAndScopes() {
  const view = readRolesView(new URLSearchParams(useSearchParams()));
  switch (view) {
    case "roles":
      return <RoleList />;
    case "scopes":
      return <OwnScopes />;
    case "platform":
      return <PlatformScopes />;
  }
}
