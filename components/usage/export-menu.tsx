"use client";
import { Download } from "lucide-react";
import { bytesText } from "@/components/usage/groups";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";
import { toast, updateToast } from "@/components/ui/overlay/toaster";
import type { UsageQuestion } from "@/lib/client/records/usage";

const formats = [
  { format: "csv", label: "CSV", note: "for spreadsheets" },
  { format: "ndjson", label: "NDJSON", note: "one object a line" },
] as const;
type Format = (typeof formats)[number]["format"];

/** How often the words of a running export move on. */
const toldEveryMs = 250;

function keep(file: Blob, fileName: string): void {
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href, download: fileName }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

function linesText(lines: number): string {
  return `${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"}`;
}

/** Reads an export to its end and keeps it as a file; says how far it is, and what became of it. */
async function run(format: Format, question: UsageQuestion): Promise<void> {
  const stop = new AbortController();
  const words = format === "csv" ? "CSV" : "NDJSON";
  const action = { label: "Stop", onAction: () => stop.abort() };
  const id = toast({ tone: "busy", text: `Exporting usage as ${words}.`, action });
  let toldMs = Date.now();
  try {
    const { exportUsage } = await import("@/lib/client/records/usage-export");
    const { file, fileName, lines, bytes } = await exportUsage({
      format,
      question,
      signal: stop.signal,
      onProgress: (progress) => {
        if (Date.now() - toldMs < toldEveryMs) return;
        toldMs = Date.now();
        const far = `${linesText(progress.lines)}, ${bytesText(progress.bytes)} so far`;
        updateToast(id, { tone: "busy", text: `Exporting usage as ${words}. ${far}.`, action });
      },
    });
    const calls = format === "csv" ? lines - 1 : lines;
    keep(file, fileName);
    updateToast(id, { tone: "done", text: `${fileName}: ${linesText(calls)}, ${bytesText(bytes)}.` });
  } catch (error) {
    if (stop.signal.aborted)
      return updateToast(id, { tone: "changed", text: "Export stopped. Nothing was kept." });
    updateToast(id, {
      tone: "failed",
      text: `Usage was not exported. ${error instanceof Error ? error.message : ""}`,
      action: { label: "Try again", onAction: () => void run(format, question) },
    });
  }
}

/** Everything that is counted on the page, as a file. It goes on when the page is left. */
export function ExportMenu({ question }: { question: UsageQuestion }) {
  return (
    <Menu
      trigger={
        <Button size={28} icon={<Icon of={Download} />}>
          Export
        </Button>
      }
      heading="What is shown, line by line"
      entries={formats.map(({ format, label, note }) => ({
        label,
        note,
        onSelect: () => void run(format, question),
      }))}
    />
  );
}
