"use client";
import { RotateCw } from "lucide-react";
import { LoadError } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const retry = (
    <Button icon={<Icon of={RotateCw} />} onClick={reset}>
      Try again
    </Button>
  );
  return (
    <main className="lone">
      <LoadError
        title="This page could not be shown"
        text="Something failed here. Your keys still work: the gateway does not need this page."
        requestId={error.digest}
        actions={retry}
      />
    </main>
  );
}
