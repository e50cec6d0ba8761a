"use client";
import Link from "next/link";
import { compactText } from "@/components/charts/prepare";
import { MaskedKey } from "@/components/keys/masked-key";
import { shareText } from "@/components/keys/rotation/traffic";
import { percentText } from "@/components/overview/metrics";
import { useSide } from "@/components/shell/side";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { untilText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { useNow } from "@/components/ui/words/use-now";
import { durationText } from "@/components/ui/words/when";
import type { KeyUsage } from "@/lib/usage/schema";

const most = 8;

/** Which services the key called. */
export function ByService({ data }: { data: KeyUsage }) {
  const mayOpen = useSide() === "workspace";
  const rows = data.byService.slice(0, most);
  return (
    <Plate title="By service" aside="errors, p95" padded={false}>
      {rows.length === 0 && <p className="pad muted">No calls in this time.</p>}
      {rows.length > 0 && (
        <DataTable label="Calls by service" kind="plate">
          <tbody>
            {rows.map(({ id, slug, totals }) => (
              <tr key={id}>
                <td className="trunc">
                  {slug === null || !mayOpen ? (
                    (slug ?? <span className="faint">{id === null ? "verify, no service" : id}</span>)
                  ) : (
                    <Link className="plain" href={`/services/${id}`}>
                      {slug}
                    </Link>
                  )}
                </td>
                <td className="num">{compactText(totals.requests)}</td>
                <td className="num muted">{percentText(totals.errorRate)}%</td>
                <td className="num muted">{totals.p95Us === null ? "—" : durationText(totals.p95Us)}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}

/** Which of the key's secrets its calls came with. */
export function BySecret({ data }: { data: KeyUsage }) {
  const now = useNow();
  const all = Math.max(
    1,
    data.bySecret.reduce((sum, { calls }) => sum + calls, 0),
  );
  return (
    <Plate title="By secret" padded={false}>
      {data.bySecret.length === 0 && <p className="pad muted">No secret works or was used in this time.</p>}
      {data.bySecret.length > 0 && (
        <DataTable label="Calls by secret" kind="plate">
          <tbody>
            {data.bySecret.map(({ secretId, masked, current, expiresAt, lastUsedAt, calls }) => {
              const over = expiresAt !== null && Date.parse(expiresAt) <= now;
              return (
                <tr key={secretId}>
                  <td>
                    {masked === null ? (
                      <code>{secretId}</code>
                    ) : (
                      <MaskedKey masked={masked} spent={!current} />
                    )}
                    <div className="small faint" suppressHydrationWarning>
                      {current ? "current" : over ? "stopped" : `stops ${untilText(expiresAt ?? "", now)}`}
                      {", "}
                      {lastUsedAt === null ? (
                        "never used"
                      ) : (
                        <>
                          used <Ago at={lastUsedAt} />
                        </>
                      )}
                    </div>
                  </td>
                  <td className="num">{compactText(calls)}</td>
                  <td className="num muted">{shareText(calls / all)}</td>
                </tr>
              );
            })}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}
