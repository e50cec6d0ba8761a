"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { shownFilters } from "@/components/logs/filters";
import { LiveLog } from "@/components/logs/live-log";
import { LogHistory } from "@/components/logs/log-history";
import { useAddressBar } from "@/components/shell/address-bar";
import { logs } from "@/lib/client/records/logs";

export interface LogsProps {
  /** A command that writes a line and can be pasted. */
  firstCall: string;
}

/** What services and the gateway said: as it is said, and as it was. Line, filters and view stand in the address bar. */
export function Logs({ firstCall }: LogsProps) {
  const { search } = useAddressBar();
  const client = useQueryClient();
  const [flushes, setFlushes] = useState(0);
  const filters = shownFilters(search);
  const key = JSON.stringify([filters, flushes]);
  if (search.get("view") === "history") return <LogHistory key={key} filters={filters} />;
  const beginAnew = () => {
    client.removeQueries({ queryKey: logs.all });
    setFlushes(flushes + 1);
  };
  return <LiveLog key={key} filters={filters} firstCall={firstCall} onFlushed={beginAnew} />;
}
