"use client";
import { signOut } from "@/components/shell/frame/sign-out";
import { Button } from "@/components/ui/button";

/** Leaves the session, where there is no rail to do it from. */
export function SignOutButton() {
  return (
    <Button size={40} onClick={() => void signOut()}>
      Sign out
    </Button>
  );
}
