"use client";
import type { ReactNode } from "react";
import { windowText } from "@/components/keys/detail/status-words";
import { Button } from "@/components/ui/button";
import { Plate } from "@/components/ui/plate";
import { Tag } from "@/components/ui/tag";
import { ScopeList } from "@/components/ui/words/chips";
import type { Key } from "@/lib/keys/schema";

interface PlateProps {
  subject: Key;
  /** Absent where the person may not change the key. */
  onEdit?: (() => void) | undefined;
}

function Edit({ onEdit, what }: { onEdit: (() => void) | undefined; what: string }) {
  if (!onEdit) return null;
  return (
    <Button kind="ghost" size={28} aria-label={`Edit ${what}`} onClick={onEdit}>
      Edit
    </Button>
  );
}

/** What the key may do: directly, and through its roles. */
export function GrantPlate({ subject, onEdit }: PlateProps) {
  const throughRoles = subject.grant.filter((scope) => !subject.scopes.includes(scope));
  return (
    <Plate title="Grant" padded={false} aside={<Edit onEdit={onEdit} what="grant" />}>
      <div className="pad list">
        {subject.grant.length === 0 && (
          <p className="muted">No scopes: the key is recognised, and may do what needs none.</p>
        )}
        {subject.roles.length > 0 && (
          <>
            <p className="small muted">
              {subject.roles.length === 1 ? "Role" : "Roles"} <b>{subject.roles.join(", ")}</b>
            </p>
            <ScopeList scopes={throughRoles} />
          </>
        )}
        {subject.scopes.length > 0 && (
          <>
            {subject.roles.length > 0 && <p className="small muted">Directly</p>}
            <ScopeList scopes={subject.scopes} />
          </>
        )}
      </div>
    </Plate>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="row limit-fact">
      <span className="muted">{label}</span>
      <span className="grow" />
      {children}
    </div>
  );
}

/** Plan, own rate limits and quotas, in words. */
export function LimitsPlate({ subject, onEdit }: PlateProps) {
  const { plan, rateLimits, quotas } = subject;
  return (
    <Plate title="Limits" padded={false} aside={<Edit onEdit={onEdit} what="limits" />}>
      <div className="pad list">
        {plan === null && rateLimits.length === 0 && quotas.length === 0 && (
          <p className="muted">Unlimited.</p>
        )}
        {plan !== null && (
          <Fact label="Plan">
            <b>{plan}</b>
          </Fact>
        )}
        {rateLimits.map((limit) => (
          <Fact key={limit.name} label={limit.name === "default" ? "Rate" : limit.name}>
            <span>
              <b>{limit.limit.toLocaleString("en")}</b> {windowText(limit.windowSeconds)}
              {limit.burst !== undefined && (
                <span className="faint">, burst {limit.burst.toLocaleString("en")}</span>
              )}
            </span>
          </Fact>
        ))}
        {quotas.map(({ limit, per }) => (
          <Fact key={per} label="Quota">
            <span>
              <b>{limit.toLocaleString("en")}</b> a {per}
            </span>
          </Fact>
        ))}
      </div>
    </Plate>
  );
}

/** Where the key may be used from. */
export function AddressesPlate({ subject, onEdit }: PlateProps) {
  return (
    <Plate title="Addresses" padded={false} aside={<Edit onEdit={onEdit} what="addresses" />}>
      <div className="pad">
        {subject.allowedIps.length === 0 ? (
          <p className="muted">From anywhere.</p>
        ) : (
          <div className="scopes">
            {subject.allowedIps.map((block) => (
              <code key={block} className="scope">
                {block}
              </code>
            ))}
          </div>
        )}
      </div>
    </Plate>
  );
}

/** The provider's own facts about the key, and its labels. */
export function MetadataPlate({ subject, onEdit }: PlateProps) {
  const entries = Object.entries(subject.metadata);
  return (
    <Plate title="Metadata" padded={false} aside={<Edit onEdit={onEdit} what="metadata" />}>
      <div className="pad list">
        {entries.length === 0 && subject.labels.length === 0 && subject.externalId === null && (
          <p className="muted">None.</p>
        )}
        {entries.length > 0 && (
          <dl className="kv">
            {entries.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="trunc" title={name}>
                  {name}
                </dt>
                <dd className="trunc" title={JSON.stringify(value)}>
                  {JSON.stringify(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {subject.externalId !== null && (
          <p className="small muted">
            External id <code>{subject.externalId}</code>
          </p>
        )}
        {subject.labels.length > 0 && (
          <div className="scopes">
            {subject.labels.map((label) => (
              <Tag key={label}>{label}</Tag>
            ))}
          </div>
        )}
      </div>
    </Plate>
  );
}
