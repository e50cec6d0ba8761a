"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EditButton } from "@/components/forms/edit-button";
import { useSide } from "@/components/shell/side";
import { Plate } from "@/components/ui/plate";
import { ScopeList } from "@/components/ui/words/chips";
import { keys } from "@/lib/client/keys";
import type { KeyGrant } from "@/lib/keys/reading/schema";
import type { Key } from "@/lib/keys/schema";

/** Scopes that the roles and the key itself name, and the ceiling keeps from it. */
export function heldBack({ grant, effective }: KeyGrant): string[] {
  return grant.filter((scope) => !effective.includes(scope));
}

function Sources({ grant, subject }: { grant: KeyGrant; subject: Key }) {
  const isProvider = useSide() === "workspace";
  const back = heldBack(grant);
  const cut = grant.effective.filter((scope) => !grant.grant.includes(scope));
  return (
    <>
      {grant.roles.map(({ name, description, scopes }) => (
        <div key={name} className="list">
          <p className="small muted" title={description || undefined}>
            Role{" "}
            {isProvider ? (
              <Link href={`/settings/roles/${encodeURIComponent(name)}`}>{name}</Link>
            ) : (
              <b>{name}</b>
            )}
          </p>
          {scopes.length === 0 ? (
            <p className="small faint">It lists no scope yet.</p>
          ) : (
            <ScopeList scopes={scopes} />
          )}
        </div>
      ))}
      {grant.scopes.length > 0 && (
        <div className="list">
          {grant.roles.length > 0 && <p className="small muted">Directly</p>}
          <ScopeList scopes={grant.scopes} />
        </div>
      )}
      {back.length > 0 && (
        <div className="list held-back">
          <p className="small muted">Held back by {subject.customerName ?? "the customer"}&apos;s ceiling</p>
          <ScopeList scopes={back} />
          {cut.length > 0 && (
            <>
              <p className="small muted">What is left of wildcards</p>
              <ScopeList scopes={cut} />
            </>
          )}
        </div>
      )}
      <p className="small faint">{effectText(grant, subject)}</p>
    </>
  );
}

/** What it comes to: `May use 4 scopes: 3 by roles, 2 directly, one of them by both.` */
function effectText({ roles, scopes, effective, ceiling }: KeyGrant, subject: Key): string {
  const count = effective.length === 1 ? "1 scope" : `${effective.length} scopes`;
  const from = [
    roles.length > 0 && (roles.length === 1 ? "its role" : "its roles"),
    scopes.length > 0 && "what it holds directly",
  ].filter((word) => word !== false);
  const capped = ceiling === null ? "" : `, under ${subject.customerName ?? "its customer"}'s ceiling`;
  return `May use ${count} in all: ${from.join(" and ")}${capped}.`;
}

export interface GrantPlateProps {
  subject: Key;
  /** Absent where the person may not change the key. */
  onEdit?: (() => void) | undefined;
}

/** What the key may do: directly, by each role, and what its customer's ceiling leaves of it. */
export function GrantPlate({ subject, onEdit }: GrantPlateProps) {
  const { data } = useQuery(keys.grant(subject.id));
  const isEmpty = subject.scopes.length === 0 && subject.roles.length === 0;
  return (
    <Plate title="Grant" padded={false} aside={<EditButton onEdit={onEdit} what="grant" />}>
      <div className="pad list grant">
        {isEmpty && <p className="muted">No scopes: the key is recognised, and may do what needs none.</p>}
        {!isEmpty && data && <Sources grant={data} subject={subject} />}
        {!isEmpty && !data && <ScopeList scopes={subject.grant} />}
      </div>
    </Plate>
  );
}
