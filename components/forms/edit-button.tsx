"use client";
import { Button } from "@/components/ui/button";

/** "Edit" in a plate's head; nothing where `onEdit` is absent. */
export function EditButton({ onEdit, what }: { onEdit: (() => void) | undefined; what: string }) {
  if (!onEdit) return null;
  return (
    <Button kind="ghost" size={28} aria-label={`Edit ${what}`} onClick={onEdit}>
      Edit
    </Button>
  );
}
