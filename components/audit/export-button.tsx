"use client";
import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast, updateToast } from "@/components/ui/overlay/toaster";
import type { AuditFilters } from "@/lib/events/schema";

type Span = Pick<AuditFilters, "from" | "to">;

function keep(file: Blob, fileName: string): void {
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href, download: fileName }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

async function run({ from, to }: Span): Promise<void> {
  const stop = new AbortController();
  const action = { label: "Stop", onAction: () => stop.abort() };
  const id = toast({ tone: "busy", text: "Exporting the trail.", action });
  try {
    const { exportTrail } = await import("@/lib/client/records/audit");
    const { file, fileName } = await exportTrail({ query: { from, to }, signal: stop.signal });
    keep(file, fileName);
    updateToast(id, { tone: "done", text: `${fileName} is kept. Its last line signs it.` });
  } catch (error) {
    if (stop.signal.aborted)
      return updateToast(id, { tone: "changed", text: "Export stopped. Nothing was kept." });
    updateToast(id, {
      tone: "failed",
      text: `The trail was not exported. ${error instanceof Error ? error.message : ""}`,
      action: { label: "Try again", onAction: () => void run({ from, to }) },
    });
  }
}

/** Keeps the trail of the chosen time as a signed file. */
export function ExportButton({ span }: { span: Span }) {
  return (
    <Button size={28} icon={<Icon of={Download} />} onClick={() => void run(span)}>
      Export
    </Button>
  );
}
