import { endAbandoned } from "@/lib/events/loading/end-abandoned";
import { startLoadingLoop, type LoadingLoop } from "@/lib/events/loading/loading-loop";
import { nothing, openSpoolLoader, type LoadingReport } from "@/lib/events/loading/spool-loader";
import { adoptSpools } from "@/lib/events/spool/directory";
import { log } from "@/lib/log";
import path from "node:path";

/** Which spools this process loads, and what it hears and says while doing so. */
export interface SpoolLoading {
  /** Where the spools of this database's processes lie. */
  root: string;
  /** This process's own. */
  directory: string;
  live(): readonly string[];
  busy(): number;
  /** Bytes from which on room counts more than answering. */
  bytesMax: number;
  /** Deletes the oldest unloaded records when the spool outgrows `bytesMax`. */
  dropsOldest: boolean;
  report(report: LoadingReport): void;
}

/** Loads this process's spool, and before it those that killed processes left. */
export function loadSpools(loading: SpoolLoading): LoadingLoop {
  const { root, directory, live, busy, bytesMax, dropsOldest } = loading;
  let bytes = 0;
  let inheritedLeft = 0;
  const signals = { live };
  const limits = { bytesMax, dropsOldest };
  const report = (news: LoadingReport) => {
    bytes = news.bytes;
    loading.report({ ...news, inherited: inheritedLeft });
  };
  const own = openSpoolLoader({ directory, finished: false, signals, limits, report });
  const inherited = adoptSpools(root).map((spool) => {
    log.info({ spool: path.basename(spool.directory) }, "records of a process that is gone are loaded");
    const loader = openSpoolLoader({
      directory: spool.directory,
      finished: true,
      signals,
      limits,
      report: (news) => report({ ...news, records: 0, bytes }),
    });
    return {
      loader,
      async finish() {
        await endAbandoned(path.basename(spool.directory));
        spool.remove();
        inheritedLeft -= 1;
        report(nothing(bytes));
      },
    };
  });
  inheritedLeft = inherited.length;
  setImmediate(() => report(nothing(bytes)));
  return startLoadingLoop({
    own,
    inherited,
    busy,
    urgent: () => live().length > 0 || bytes > bytesMax / 2,
  });
}
