"use client";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Records } from "@/components/live/records";
import { logFilters } from "@/components/logs/filters";
import { Flush } from "@/components/logs/flush";
import { LogFilterBar } from "@/components/logs/log-filter-bar";
import { LogTable } from "@/components/logs/log-table";
import { useAddressBar } from "@/components/shell/address-bar";
import { useMayOpen } from "@/components/shell/side";
import { CodeBlock } from "@/components/ui/code-block";
import { logs } from "@/lib/client/records/logs";

/** Fetched with the first line that is opened. */
const LineDetail = lazy(async () => ({
  default: (await import("@/components/logs/line-detail")).LineDetail,
}));

const words = { title: "Logs", one: "line", many: "lines" } as const;

export interface LogsProps {
  /** A command that writes a line and can be pasted. */
  firstCall: string;
}

/** What services and the gateway said: as it is said, and as it was. Line, filters and view stand in the address bar. */
export function Logs({ firstCall }: LogsProps) {
  const { search } = useAddressBar();
  const client = useQueryClient();
  const [flushes, setFlushes] = useState(0);
  const filters = logFilters.shown(search);
  const isProvider = useMayOpen()("/services");
  const beginAnew = () => {
    client.removeQueries({ queryKey: logs.all });
    setFlushes(flushes + 1);
  };
  return (
    <Records
      key={flushes}
      words={words}
      list={logs.list(filters)}
      live={() => logs.live(filters)}
      timeOf={({ at }) => at}
      noFilters={logFilters.cleared(filters)}
      filterBar={(isStored) => <LogFilterBar filters={filters} stored={isStored} />}
      actions={<Flush service={filters.service ?? null} onFlushed={beginAnew} />}
      table={(shown) => <LogTable {...shown} />}
      detail={({ row, ...ways }) =>
        row && (
          <Suspense fallback={<aside className="detail" aria-label="Line" />}>
            <LineDetail line={row} {...ways} />
          </Suspense>
        )
      }
      waiting={{
        text: "Lines that services write appear here, and every call of the gateway.",
        below: isProvider && (
          <div className="lg-first">
            <p className="small muted">
              Write a line, with a key that holds <code>write:logs</code>
            </p>
            <CodeBlock
              label="Write a line"
              samples={[{ label: "curl", language: "shell", code: firstCall }]}
            />
          </div>
        ),
      }}
      first={{ text: "Lines that services write are kept here, and every call of the gateway." }}
    />
  );
}
