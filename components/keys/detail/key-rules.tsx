"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { MatrixLine } from "@/components/matrix/line/matrix-line";
import { useSide } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { RuleChip } from "@/components/ui/words/chips";
import { rules } from "@/lib/client/rules/rules";
import type { Key } from "@/lib/keys/schema";
import type { StoredRule } from "@/lib/rules/schema";

/** Where, of its places, a rule meets this key. */
function placeText(rule: StoredRule, key: Key): string {
  const own = rule.attachments.filter(({ credential }) => credential === key.id || credential === key.name);
  const services = own.flatMap(({ service }) => service ?? []);
  if (own.some(({ service }) => service === undefined)) return "every service";
  return services.join(", ");
}

/** The rules attached to this key, and its line of the matrix. */
export function KeyRules({ subject }: { subject: Key }) {
  const side = useSide();
  return (
    <div className="stack">
      <AttachedRules subject={subject} />
      {side === "workspace" && <MatrixLine of={{ credential: subject.id }} />}
    </div>
  );
}

/** The rules attached to this key, alone or on one service. */
function AttachedRules({ subject }: { subject: Key }) {
  const { data, error, refetch } = useQuery(rules.list({ credential: subject.id, limit: 100 }));
  if (error && !data) return <QueryProblem things="Rules" error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows label="Loading rules" height={36} />;
  if (data.items.length === 0)
    return (
      <EmptyFirst
        title="No rule is attached to this key"
        text="Rules of the workspace and of services still hold for it."
        actions={<ButtonLink href="/rules">All rules</ButtonLink>}
      />
    );
  return (
    <Plate
      title="Attached to this key"
      note="Rules of the workspace and of services hold as well"
      padded={false}
    >
      <DataTable label="Rules of this key" kind="plate" cards>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">On</th>
            <th scope="col">Mode</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((rule) => (
            <tr key={rule.id}>
              <td data-label="Rule">
                <Link href={`/rules/${rule.id}`} className="plain">
                  <RuleChip name={rule.name} effect={rule.effect} shadow={rule.mode === "shadow"} />
                </Link>
              </td>
              <td data-label="On">{placeText(rule, subject)}</td>
              <td data-label="Mode">
                <Tag tone={rule.mode === "shadow" ? "shadow" : "plain"}>{rule.mode}</Tag>
              </td>
              <td data-label="What" className="muted trunc">
                {rule.description ?? ""}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Plate>
  );
}
