"use client";
import { clsx } from "clsx";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { DataTable } from "@/components/ui/table/data-table";
import { Shape, type ShapeName } from "@/components/ui/words/shapes";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { clockText, momentText } from "@/components/ui/words/when";
import type { ReplayGroup, ReplayResult } from "@/lib/rules/replay/schema";

const number = new Intl.NumberFormat("en-GB");
const groupsShown = 8;
const samplesShown = 5;

/** What would change, by credential and service, with decisions to open. */
export function ReplayFound({ result }: { result: ReplayResult }) {
  const { counts, drift, groups, moreGroups } = result;
  const changed = counts.newlyDenied + counts.newlyAllowed;
  return (
    <>
      <div className={clsx("replay-sum", counts.unknown > 0 && "four")}>
        <Sum count={counts.newlyDenied} shape="deny" tone="deny" words="newly denied" />
        <Sum count={counts.newlyAllowed} shape="allow" tone="allow" words="newly allowed" />
        <Sum count={counts.same} words="unchanged" />
        {counts.unknown > 0 && <Sum count={counts.unknown} shape="conditional" words="not known" />}
      </div>
      {changed + counts.unknown > 0 && <Groups groups={groups} more={moreGroups} />}
      <Samples groups={groups} />
      <div className="replay-notes">
        {counts.unknown > 0 && (
          <p className="small muted">
            Not known: the draft reads what was masked as a secret or not kept of these calls.
          </p>
        )}
        {counts.outside > 0 && (
          <p className="small muted">
            {number.format(counts.outside)} more were refused before any rule, or asked of no service.
          </p>
        )}
        {drift.nowDenied + drift.nowAllowed > 0 && (
          <p className="small muted">
            Not the draft’s doing: today’s rules already deny {number.format(drift.nowDenied)} of those
            allowed then, and allow {number.format(drift.nowAllowed)} of those denied.
          </p>
        )}
      </div>
      {changed > 0 && (
        <div className="row replay-foot">
          <span className="grow" />
          <span className="small muted">Unsure? Save it in shadow and watch.</span>
        </div>
      )}
    </>
  );
}

interface SumProps {
  count: number;
  words: string;
  shape?: ShapeName;
  tone?: "allow" | "deny";
}

function Sum({ count, words, shape, tone }: SumProps) {
  return (
    <div className={clsx("rs", count > 0 && tone)}>
      <b>{number.format(count)}</b>
      <span className="row">
        {shape !== undefined && (
          <Shape name={shape} className={count > 0 && tone ? `t-${tone}` : "t-faint"} />
        )}
        {words}
      </span>
    </div>
  );
}

const total = ({ newlyDenied, newlyAllowed, unknown }: ReplayGroup) => newlyDenied + newlyAllowed + unknown;

function Groups({ groups, more }: { groups: readonly ReplayGroup[]; more: number }) {
  const [all, setAll] = useState(false);
  const shown = all ? groups : groups.slice(0, groupsShown);
  const most = Math.max(1, ...groups.map(total));
  return (
    <>
      <ul className="replay-by" aria-label="By credential and service">
        {shown.map((group) => (
          <li key={`${group.credential?.id ?? ""} ${group.service ?? ""}`}>
            <span className="trunc" title={nameOf(group)}>
              <code>{group.credential?.name ?? "no credential"}</code>
              <span className="muted"> on {group.service ?? "AuthZEN"}</span>
            </span>
            <Meter
              label={wordsOf(group)}
              parts={[
                { share: group.newlyDenied / most, tone: "denied" },
                { share: group.newlyAllowed / most, tone: "allowed" },
                { share: group.unknown / most, tone: "spent" },
              ]}
            />
            <span>{number.format(total(group))}</span>
          </li>
        ))}
      </ul>
      {groups.length > groupsShown && !all && (
        <Button kind="ghost" size={28} onClick={() => setAll(true)}>
          All {groups.length} of them
        </Button>
      )}
      {more > 0 && <p className="small muted">And {number.format(more)} more, each with fewer.</p>}
    </>
  );
}

function nameOf({ credential, service }: ReplayGroup): string {
  return `${credential?.name ?? "no credential"} on ${service ?? "AuthZEN"}`;
}

function wordsOf(group: ReplayGroup): string {
  const { newlyDenied, newlyAllowed, unknown } = group;
  return `${nameOf(group)}: ${newlyDenied} newly denied, ${newlyAllowed} newly allowed, ${unknown} not known`;
}

function Samples({ groups }: { groups: readonly ReplayGroup[] }) {
  const [all, setAll] = useState(false);
  const samples = groups
    .flatMap(({ samples: own, credential }) => own.map((sample) => ({ ...sample, credential })))
    .sort((one, other) => (one.at < other.at ? 1 : -1));
  if (samples.length === 0) return null;
  return (
    <>
      <DataTable label="Decisions that would change" kind="plate">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Key</th>
            <th scope="col">Call</th>
            <th scope="col">Was</th>
            <th scope="col">Would be</th>
          </tr>
        </thead>
        <tbody>
          {(all ? samples : samples.slice(0, samplesShown)).map((sample) => (
            <tr key={sample.id}>
              <td>
                <Link href={`/decisions/${sample.id}`} title={momentText(sample.at)} className="mono">
                  {clockText(sample.at).slice(0, 8)}
                </Link>
              </td>
              <td>
                <span className="trunc" title={sample.credential?.name}>
                  {sample.credential?.name ?? "none"}
                </span>
              </td>
              <td>
                <code className="trunc" title={`${sample.method} ${sample.path}`}>
                  {sample.method} {sample.path}
                </code>
              </td>
              <td>
                <VerdictWord verdict={sample.recorded} />
              </td>
              <td>
                {sample.change === "unknown" ? (
                  <span className="muted">not known</span>
                ) : (
                  <VerdictWord verdict={sample.change === "newly-denied" ? "deny" : "allow"} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {samples.length > samplesShown && !all && (
        <Button kind="ghost" size={28} onClick={() => setAll(true)}>
          All {samples.length} samples
        </Button>
      )}
    </>
  );
}
