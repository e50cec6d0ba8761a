"use client";
import { useQuery } from "@tanstack/react-query";
import { useKeyTask } from "@/components/keys/act/tasks";
import { MaskedKey } from "@/components/keys/masked-key";
import { overlapTraffic, shareText } from "@/components/keys/rotation/traffic";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Countdown } from "@/components/ui/countdown";
import { Meter } from "@/components/ui/meter";
import { usage } from "@/lib/client/records/usage";
import type { Key, KeyRotation } from "@/lib/keys/schema";

/** Below a key in overlap: how long the old secret has, who uses which, and the two ways on. */
export function OverlapRow({
  subject,
  rotation,
  columns,
}: {
  subject: Key;
  rotation: KeyRotation;
  columns: number;
}) {
  const start = useKeyTask();
  const { why } = usePermission("rotate:keys");
  const { data } = useQuery(usage.ofKey(subject.id, "24h"));
  const traffic = data && overlapTraffic(data, rotation.oldSecret.id);
  const share = traffic?.newShare ?? null;
  return (
    <tr className="overlap">
      <td />
      <td colSpan={columns - 1}>
        <div className="overlap-box" role="group" aria-label={`Overlap of ${subject.name}`}>
          <div className="o-time">
            <span className="small muted">Old secret stops in</span>
            <Countdown until={rotation.endsAt} />
          </div>
          <div className="o-share">
            <div className="o-line">
              <MaskedKey masked={rotation.newSecret.masked} />
              <span className="small muted">new</span>
              <span className="o-val">{share === null ? "no calls yet" : shareText(share)}</span>
            </div>
            <Meter
              label={
                share === null
                  ? "No calls in the last hour"
                  : `${shareText(share)} of the last hour's calls use the new secret`
              }
              parts={
                share === null
                  ? []
                  : [
                      { share, tone: "brass" },
                      { share: 1 - share, tone: "spent" },
                    ]
              }
            />
            <div className="o-line">
              <MaskedKey masked={rotation.oldSecret.masked} spent />
              <span className="small muted">old</span>
              <span className="o-val">
                {traffic ? `${traffic.oldCalls.toLocaleString("en")} an hour` : "—"}
              </span>
            </div>
          </div>
          <div className="row">
            <Button size={28} why={why} onClick={() => start({ kind: "extend", key: subject })}>
              Extend
            </Button>
            <Button size={28} kind="danger" why={why} onClick={() => start({ kind: "end", key: subject })}>
              End now
            </Button>
          </div>
        </div>
      </td>
    </tr>
  );
}
