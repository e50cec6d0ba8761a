"use client";
import Link from "next/link";
import { DetailAside, DetailSteps } from "@/components/live/detail-aside";
import type { OpenRow } from "@/components/live/open-row";
import { LevelWord } from "@/components/logs/level-word";
import { useAddressBar } from "@/components/shell/address-bar";
import { Button, ButtonLink } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { momentText } from "@/components/ui/words/when";
import type { LogLine } from "@/lib/logs/schema";

export interface LineDetailProps extends Omit<OpenRow<LogLine>, "id" | "row"> {
  line: LogLine;
}

/** One line whole: its message as it is, where it comes from, and its data. */
export function LineDetail({ line, ...ways }: LineDetailProps) {
  return (
    <DetailAside label="Line">
      <div className="detail-head">
        <div className="row">
          <LevelWord level={line.level} />
          <span className="grow" />
          <DetailSteps {...ways} />
        </div>
        <pre className="lg-whole" tabIndex={0} aria-label="Message" role="region">
          {line.message}
        </pre>
        <Facts line={line} />
      </div>
      {line.data !== null && (
        <div className="detail-sec">
          <h2>Data</h2>
          <CodeBlock
            label="Data"
            samples={[{ label: "JSON", language: "json", code: JSON.stringify(line.data, null, 2) }]}
          />
        </div>
      )}
      {line.decision !== null && (
        <div className="detail-foot">
          <ButtonLink size={28} href={`/decisions/${line.decision}`}>
            Open decision
          </ButtonLink>
        </div>
      )}
    </DetailAside>
  );
}

function Facts({ line }: { line: LogLine }) {
  const { go } = useAddressBar();
  const { service, traceId, writtenBy } = line;
  return (
    <dl className="facts2">
      <dt>At</dt>
      <dd>{momentText(line.at)}</dd>
      <dt>Source</dt>
      <dd>{line.source === "gateway" ? "the gateway" : "written"}</dd>
      <dt>Service</dt>
      <dd>{service ?? <span className="faint">none</span>}</dd>
      {line.customer !== null && (
        <>
          <dt>Customer</dt>
          <dd>
            <Link className="trunc" href={`/customers/${line.customer}`}>
              {line.customer}
            </Link>
          </dd>
        </>
      )}
      <dt>From</dt>
      <dd>
        <code>{line.address ?? "unknown"}</code>
      </dd>
      {writtenBy !== null && (
        <>
          <dt>Written by</dt>
          <dd>
            {writtenBy.startsWith("key_") ? (
              <Link className="trunc" href={`/keys/${writtenBy}`}>
                {writtenBy}
              </Link>
            ) : (
              <code className="trunc">{writtenBy}</code>
            )}
          </dd>
        </>
      )}
      {traceId !== null && (
        <>
          <dt>Trace</dt>
          <dd>
            <code className="trunc">{traceId}</code>
            <Button kind="ghost" size={28} onClick={() => go({ traceId, open: null })}>
              Its lines
            </Button>
          </dd>
        </>
      )}
      <dt>Id</dt>
      <dd>
        <code className="trunc">{line.id}</code>
        <CopyButton text={line.id} label="Copy line id" />
      </dd>
    </dl>
  );
}
