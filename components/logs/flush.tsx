"use client";
import { Eraser } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

const FlushDialog = lazy(async () => ({
  default: (await import("@/components/logs/flush-dialog")).FlushDialog,
}));

export interface FlushProps {
  /** Slug of the only service that is flushed, or null for the whole log. */
  service: string | null;
  /** Told when lines were flushed. */
  onFlushed: () => void;
}

/** Asked for by its button, or by Find or do. */
export function Flush({ service, onFlushed }: FlushProps) {
  const { search, amend } = useAddressBar();
  const mayFlush = usePermission("flush:logs");
  const [asked, setAsked] = useState(false);
  const isOpen = mayFlush.allowed && (asked || search.get("do") === "flush");
  const close = () => {
    setAsked(false);
    amend({ do: null });
  };
  return (
    <>
      <Button
        size={28}
        icon={<Icon of={Eraser} />}
        aria-label="Flush"
        why={mayFlush.why}
        onClick={() => setAsked(true)}
      >
        <span className="hide-s">Flush</span>
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <FlushDialog
            service={service}
            onClose={close}
            onFlushed={() => {
              close();
              onFlushed();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
