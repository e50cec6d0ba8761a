"use client";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { actionText, differences, shortHash, type Difference } from "@/components/audit/prepare";
import { usePermission } from "@/components/shell/permissions";
import { Button, IconButton } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { momentText } from "@/components/ui/words/when";
import type { AuditEntry } from "@/lib/events/schema";

export interface EntryDetailProps {
  entry: AuditEntry;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  onClose: () => void;
  /** Narrows the list to what was done to one thing. */
  onSubject: (subject: string) => void;
  onErase: () => void;
}

/** One entry: what happened, before and after, and its place in the chain. */
export function EntryDetail({ entry, onPrevious, onNext, onClose, onSubject, onErase }: EntryDetailProps) {
  const aside = useRef<HTMLElement>(null);
  useEffect(() => {
    if (matchMedia("(max-width: 1180px)").matches) aside.current?.focus();
  }, []);
  const mayErase = usePermission("erase:audit");
  const { id, action, at, actor, address, subject, detail, erasedAt } = entry;
  return (
    <aside ref={aside} className="trace is-open aud-entry" aria-label="Entry" tabIndex={-1}>
      <div className="trace-head">
        <div className="row">
          <h2 className="aud-title">{actionText(action)}</h2>
          <span className="grow" />
          <IconButton
            label="Previous"
            icon={<Icon of={ChevronUp} />}
            why={!onPrevious && "Nothing newer is shown"}
            onClick={onPrevious}
          />
          <IconButton
            label="Next"
            icon={<Icon of={ChevronDown} />}
            why={!onNext && "Nothing older is shown"}
            onClick={onNext}
          />
          <IconButton label="Close" icon={<Icon of={X} />} onClick={onClose} />
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
        <section className="trace-sec">
          <h2>Erased</h2>
          <p className="muted">
            Name, address and detail were erased on {momentText(erasedAt)} UTC. Digest and place stay, so the
            chain still verifies.
          </p>
        </section>
      )}
      <Proof entry={entry} />
      {mayErase.allowed && erasedAt === null && action !== "audit.erase" && (
        <div className="trace-foot">
          <Button kind="danger" size={28} onClick={onErase}>
            Erase personal data
          </Button>
        </div>
      )}
    </aside>
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
      <section className="trace-sec">
        <h2>{changed.some(({ before }) => before !== null) ? "Before and after" : "Changed to"}</h2>
        <Differences rows={changed} />
      </section>
    );
  if (Object.keys(detail).length === 0) return null;
  const code = JSON.stringify(detail, null, 2);
  return (
    <section className="trace-sec">
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
    <section className="trace-sec">
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
