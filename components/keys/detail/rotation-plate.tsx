"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { LineArea } from "@/components/charts/lines";
import { useKeyTask } from "@/components/keys/act/tasks";
import { callersOf, overlapTraffic, shareText } from "@/components/keys/rotation/traffic";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Countdown } from "@/components/ui/countdown";
import { Meter } from "@/components/ui/meter";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { hourText, lengthText, stopText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { useIsHydrated } from "@/components/ui/words/use-is-hydrated";
import { useNow } from "@/components/ui/words/use-now";
import { decisions } from "@/lib/client/records/decisions";
import { usage } from "@/lib/client/records/usage";
import type { Key, KeyRotation } from "@/lib/keys/schema";
import type { KeyUsage } from "@/lib/usage/schema";

/** Decisions looked through for who still presents the old secret. */
const lookedThrough = 100;

/** Milliseconds as seconds, to the minute from an hour on: the two secrets are written a moment apart. */
function minutely(ms: number): number {
  return ms < 3_600_000 ? ms / 1000 : Math.round(ms / 60_000) * 60;
}

function Window({ rotation, nowMs }: { rotation: KeyRotation; nowMs: number }) {
  const isHydrated = useIsHydrated();
  const begin = Date.parse(rotation.newSecret.createdAt);
  const length = Math.max(1, Date.parse(rotation.endsAt) - begin);
  const gone = Math.max(0, Math.min(length, nowMs - begin));
  const words = `${lengthText(minutely(gone))} of ${lengthText(minutely(length))} gone`;
  return (
    <div className="window">
      <Meter
        label={isHydrated ? words : "Overlap"}
        parts={isHydrated ? [{ share: gone / length, tone: "accent" }] : []}
      />
      <div className="ends" suppressHydrationWarning>
        <span>Rotated {hourText(rotation.newSecret.createdAt)}</span>
        <span suppressHydrationWarning>{words}</span>
        <span>Stops {hourText(rotation.endsAt)}</span>
      </div>
    </div>
  );
}

function Split({ day, rotation }: { day: KeyUsage; rotation: KeyRotation }) {
  const { newShare } = overlapTraffic(day, rotation.oldSecret.id);
  const seriesOf = (id: string) =>
    day.bySecret.find(({ secretId }) => secretId === id)?.series ?? day.series.map(() => 0);
  const lines = [
    {
      label: `New ${rotation.newSecret.masked}`,
      tone: "brass" as const,
      values: seriesOf(rotation.newSecret.id),
      total: newShare === null ? undefined : shareText(newShare),
    },
    {
      label: `Old ${rotation.oldSecret.masked}`,
      tone: "spent" as const,
      values: seriesOf(rotation.oldSecret.id),
      total: newShare === null ? undefined : shareText(1 - newShare),
    },
  ];
  const ats = day.series.map(({ at }) => at);
  const rotatedAt = rotation.newSecret.createdAt;
  const inside =
    Date.parse(rotatedAt) >= Date.parse(ats[0] ?? rotatedAt) &&
    Date.parse(rotatedAt) <= Date.parse(ats.at(-1) ?? rotatedAt);
  return (
    <LineArea
      label="Calls an hour by secret, last 24 hours"
      ats={ats}
      bucketSeconds={day.bucketSeconds}
      lines={lines}
      height={120}
      {...(inside ? { mark: { at: rotatedAt, label: "Rotated" } } : {})}
    />
  );
}

function StillOnOld({ keyId, rotation }: { keyId: string; rotation: KeyRotation }) {
  const { data } = useInfiniteQuery({
    ...decisions.list({ credential: keyId }, lookedThrough),
    refetchInterval: 15_000,
  });
  if (!data) return null;
  const since = Date.parse(rotation.newSecret.createdAt);
  const calls = data.pages.flatMap(({ items }) => items).filter(({ at }) => Date.parse(at) >= since);
  const callers = callersOf(calls, rotation.oldSecret.id);
  if (callers.length === 0)
    return (
      <p className="pad muted still">
        {calls.length < lookedThrough
          ? "No call since the rotation"
          : `None of the last ${lookedThrough} calls`}{" "}
        used the old secret.
      </p>
    );
  return (
    <DataTable label="Still on the old secret" kind="plate" className="rotation-who">
      <thead>
        <tr>
          <th scope="col">Still on the old secret</th>
          <th scope="col">Program</th>
          <th scope="col">Service</th>
          <th scope="col" className="num">
            Calls
          </th>
          <th scope="col" className="num">
            Last call
          </th>
        </tr>
      </thead>
      <tbody>
        {callers.slice(0, 6).map((caller) => (
          <tr key={`${caller.address} ${caller.program ?? ""}`}>
            <td>
              <code>{caller.address}</code>
            </td>
            <td className="trunc">{caller.program ?? <span className="faint">not said</span>}</td>
            <td>{caller.service ?? <span className="faint">verify</span>}</td>
            <td className="num">{caller.calls.toLocaleString("en")}</td>
            <td className="num">
              <Ago at={caller.lastAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

/** A running overlap: how long it has, who uses which secret, and the ways on. */
export function RotationPlate({ subject, rotation }: { subject: Key; rotation: KeyRotation }) {
  const start = useKeyTask();
  const now = useNow();
  const { why } = usePermission("rotate:keys");
  const { data } = useQuery(usage.ofKey(subject.id, "24h"));
  return (
    <Plate
      title="Rotation"
      note={<span suppressHydrationWarning>Both secrets work until {stopText(rotation.endsAt, now)}</span>}
      padded={false}
      aside={
        <>
          <Button size={28} why={why} onClick={() => start({ kind: "extend", key: subject })}>
            Extend
          </Button>
          <Button size={28} kind="danger" why={why} onClick={() => start({ kind: "end", key: subject })}>
            End now
          </Button>
        </>
      }
    >
      <div className="pad rotation">
        <div className="rotation-top">
          <div className="o-time">
            <span className="small muted">Old secret stops in</span>
            <Countdown until={rotation.endsAt} large />
          </div>
          <Window rotation={rotation} nowMs={now} />
        </div>
        {data && <Split day={data} rotation={rotation} />}
      </div>
      <hr />
      <StillOnOld keyId={subject.id} rotation={rotation} />
    </Plate>
  );
}
