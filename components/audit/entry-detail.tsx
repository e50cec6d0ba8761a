"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { actionText, differences, shortHash, type Difference } from "@/components/audit/prepare";
import { DetailAside, DetailSteps } from "@/components/live/detail-aside";
import type { OpenRow } from "@/components/live/open-row";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { momentText } from "@/components/ui/words/when";
import type { AuditEntry } from "@/lib/events/schema";

export interface EntryDetailProps extends Omit<OpenRow<AuditEntry>, "id" | "row"> {
  entry: AuditEntry;
  /** Narrows the list to what was done to one thing. */
  onSubject: (subject: string) => void;
  onErase: () => void;
}

/** One entry: what happened, before and after, and its place in the chain. */
export function EntryDetail({ entry, onSubject, onErase, ...ways }: EntryDetailProps) {
  const mayErase = usePermission("erase:audit");
  const { id, action, at, actor, address, subject, detail, erasedAt } = entry;
  return (
    <DetailAside label="Entry" className="aud-entry">
      <div className="detail-head">
        <div className="row">
          <h2 className="aud-title">{actionText(action)}</h2>
          <span className="grow" />
          <DetailSteps {...ways} />
        </div>
        <dl className="aud-facts">
          <Fact name="When">{momentText(at)} UTC</Fact>
          <Fact name="Actor">
            {actor.label} <span className="faint">{actor.kind}</span>
          </Fact>
          <Fact name="From">
            {address === null ? <span className="faint">–</span> : <code>{address}</code>}
          </Fact>
          <Fact name="Subject">
            <Subject subject={subject} onSubject={onSubject} />
          </Fact>
          <Fact name="Entry">
            <code>{id}</code> <CopyButton text={id} label="Copy entry id" />
          </Fact>
        </dl>
      </div>
      {erasedAt === null ? (
        <Said detail={detail} />
      ) : (
        <section className="detail-sec">
          <h2>Erased</h2>
          <p className="muted">
            Name, address and detail were erased on {momentText(erasedAt)} UTC. Digest and place stay, so the
            chain still verifies.
          </p>
        </section>
      )}
      <Proof entry={entry} />
      {mayErase.allowed && erasedAt === null && action !== "audit.erase" && (
        <div className="detail-foot">
          <Button kind="danger" size={28} onClick={onErase}>
            Erase personal data
          </Button>
        </div>
      )}
    </DetailAside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const pages: Readonly<Record<string, string>> = {
  key: "/keys",
  svc: "/services",
  rule: "/rules",
  cus: "/customers",
};

function Subject({ subject, onSubject }: { subject: string | null; onSubject: (subject: string) => void }) {
  if (subject === null) return <span className="faint">–</span>;
  const page = pages[subject.split("_")[0] ?? ""];
  return (
    <span className="row wrap">
      {page === undefined || !subject.includes("_") ? (
        <code>{subject}</code>
      ) : (
        <Link href={`${page}/${subject}`}>
          <code>{subject}</code>
        </Link>
      )}
      <Button kind="ghost" size={28} onClick={() => onSubject(subject)}>
        Only this
      </Button>
    </span>
  );
}

function Said({ detail }: { detail: AuditEntry["detail"] }) {
  const changed = differences(detail);
  if (changed !== null && changed.length > 0)
    return (
      <section className="detail-sec">
        <h2>{changed.some(({ before }) => before !== null) ? "Before and after" : "Changed to"}</h2>
        <Differences rows={changed} />
      </section>
    );
  if (Object.keys(detail).length === 0) return null;
  const code = JSON.stringify(detail, null, 2);
  return (
    <section className="detail-sec">
      <h2>Detail</h2>
      <CodeBlock label="Detail" samples={[{ label: "JSON", language: "json", code, copy: code }]} />
    </section>
  );
}

function Differences({ rows }: { rows: readonly Difference[] }) {
  return (
    <dl className="diff">
      {rows.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{field}</dt>
          {before !== null && (
            <dd className="was">
              <span className="vh">Before</span>
              <del>{before}</del>
            </dd>
          )}
          <dd className="is">
            <span className="vh">After</span>
            {after === null ? <span className="faint">nothing</span> : <ins>{after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Proof({ entry: { position, hash, digest } }: { entry: AuditEntry }) {
  return (
    <section className="detail-sec">
      <h2>Place in the chain</h2>
      {position === null ? (
        <p className="muted">Written before there was a chain; nothing proves it.</p>
      ) : (
        <dl className="aud-facts">
          <Fact name="Place">{position.toLocaleString("en")}</Fact>
          <Fact name="Hash">
            <Hash label="Copy hash" text={hash} />
          </Fact>
          <Fact name="Digest">
            <Hash label="Copy digest" text={digest} />
          </Fact>
        </dl>
      )}
    </section>
  );
}

function Hash({ label, text }: { label: string; text: string | null }) {
  if (text === null) return <span className="faint">–</span>;
  return (
    <>
      <code title={text}>{shortHash(text)}</code> <CopyButton text={text} label={label} />
    </>
  );
}
