"use client";
import { useQuery } from "@tanstack/react-query";
import { Flag } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useSide } from "@/components/shell/side";
import { BurnMeter } from "@/components/usage/burn-meter";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Plate } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { overview } from "@/lib/client/overview";
import { usage } from "@/lib/client/records/usage";
import type { QuotaStanding } from "@/lib/usage/schema";

const few = 4;

function Holder({ holder: { kind, id, name } }: Pick<QuotaStanding, "holder">) {
  const isProvider = useSide() === "workspace";
  if (kind === "customer" && !isProvider) return name;
  return (
    <Link className="plain" href={kind === "key" ? `/keys/${id}` : `/customers/${id}`} title={name}>
      {name}
    </Link>
  );
}

/** How quotas stand and where they are going, the most used first. */
export function QuotasPlate({ of }: { of: { key?: string; customer?: string } }) {
  const { data, isError } = useQuery(usage.quotas(of));
  const [all, setAll] = useState(false);
  const items = data?.items ?? [];
  const shown = all ? items : items.slice(0, few);
  const rest = items.length - shown.length;
  const omitted = data?.omitted ?? 0;
  return (
    <Plate title="Quotas" padded={false} note={items.length > 0 ? "most used first" : undefined}>
      <div className="pad list">
        {isError && !data && <p className="muted">Quotas could not be read. Calls are counted as ever.</p>}
        {data && items.length === 0 && (
          <p className="muted">
            No quota. A plan, a customer or a key can have one a day and one a month; what is over it is
            refused.
          </p>
        )}
        {shown.map((standing) => (
          <BurnMeter
            key={`${standing.holder.id} ${standing.per}`}
            burn={standing}
            label={
              <>
                <Holder holder={standing.holder} />{" "}
                <span className="small faint">
                  {standing.holder.kind === "customer" ? "customer, " : ""}
                  {standing.per === "day" ? "today" : "this month"}
                </span>
              </>
            }
          />
        ))}
        {rest > 0 && (
          <span>
            <Button kind="ghost" size={28} onClick={() => setAll(true)}>
              {rest} more
            </Button>
          </span>
        )}
        {omitted > 0 && rest === 0 && (
          <p className="small muted">
            {omitted.toLocaleString("en")} more have one. Narrow to a key or a customer to see how it stands.
          </p>
        )}
      </div>
    </Plate>
  );
}

/** Keys whose traffic departs from their own history now, and why that is said. */
export function FlaggedPlate() {
  const { data } = useQuery(overview.of({ range: "24h" }));
  const flagged = data?.attention.filter((item) => item.kind === "key-flagged");
  return (
    <Plate title="Flagged keys" padded={false}>
      {flagged?.length === 0 && (
        <div className="pad list">
          <p className="muted">
            None. A key is flagged when its calls, denials or errors are far from what its own last weeks let
            expect.
          </p>
        </div>
      )}
      {flagged !== undefined && flagged.length > 0 && (
        <ul className="pad flag-list">
          {flagged.map(({ keyId, keyName, flag, since, reason }) => (
            <li key={`${keyId} ${flag}`}>
              <Icon of={Flag} />
              <div>
                <p>
                  <Link className="plain" href={`/keys/${keyId}`} title={keyName}>
                    <b>{keyName}</b>
                  </Link>{" "}
                  <span className="small faint">
                    since <Ago at={since} />
                  </span>
                </p>
                <p className="small muted">{reason}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Plate>
  );
}
