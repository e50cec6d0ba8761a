"use client";
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { shortHash } from "@/components/audit/prepare";
import { useAddressBar } from "@/components/shell/address-bar";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { Shape } from "@/components/ui/words/shapes";
import { useNow } from "@/components/ui/words/use-now";
import { agoText, momentText } from "@/components/ui/words/when";
import type { AuditStanding, AuditVerification, Finding } from "@/lib/audit/schema";
import { auditChain } from "@/lib/client/records/audit";

const count = (value: number) => value.toLocaleString("en");

/** How far the chain is verified, its newest signed head, and a way to verify all of it now. */
export function ChainPlate() {
  const standing = useQuery(auditChain.standing());
  const asked = useAddressBar().search.get("do") === "verify";
  const verification = useQuery({ ...auditChain.verification(), enabled: asked, staleTime: Infinity });
  const verify = (
    <Button
      size={28}
      icon={<Icon of={ShieldCheck} />}
      busy={verification.isFetching && "Verifying"}
      onClick={() => void verification.refetch()}
    >
      Verify now
    </Button>
  );
  return (
    <section className="chain" aria-label="Chain">
      <div className="chain-line">
        <Standing standing={standing.data} failed={standing.isError} verified={verification.data} />
        {verify}
      </div>
      {verification.isError && !verification.isFetching && (
        <Note tone="deny" icon={<Shape name="error" />}>
          <b>The chain was not verified.</b> {verification.error.message}
        </Note>
      )}
      {verification.data?.ok === false && !verification.isFetching && (
        <Broken problems={verification.data.problems} />
      )}
    </section>
  );
}

function Standing({
  standing,
  failed,
  verified,
}: {
  standing: AuditStanding | undefined;
  failed: boolean;
  verified: AuditVerification | undefined;
}) {
  const head = newest(standing?.head ?? null, verified?.head ?? null);
  if (verified?.ok === false) return <Word shape="deny">The chain is not as it was written</Word>;
  if (head === null)
    return failed ? (
      <Word shape="error">How far the chain is verified could not be read</Word>
    ) : (
      <Word shape="service-default">
        {standing === undefined ? "Reading the chain" : "New entries are verified and signed within 5 s"}
      </Word>
    );
  const behind = Math.max(0, (standing?.end.position ?? 0) - head.position);
  return (
    <>
      <Word shape="allow">
        Verified to entry <b>{count(head.position)}</b>
        {behind > 0 && <span className="faint">, {count(behind)} newer follow</span>}
      </Word>
      <Head hash={head.hash} position={head.position} at={head.at} />
      {verified?.ok === true && (
        <span className="small muted" role="status">
          All {count(verified.entries)} entries were read and hold
        </span>
      )}
    </>
  );
}

type Head = NonNullable<AuditStanding["head"]>;

function newest(one: Head | null, other: Head | null): Head | null {
  if (one === null || other === null) return one ?? other;
  return other.position >= one.position ? other : one;
}

function Word({
  shape,
  children,
}: {
  shape: "allow" | "deny" | "error" | "service-default";
  children: ReactNode;
}) {
  const tone = { allow: "t-allow", deny: "t-deny", error: "", "service-default": "faint" }[shape];
  return (
    <span className="row chain-word">
      <span className={tone}>
        <Shape name={shape} />
      </span>
      <span>{children}</span>
    </span>
  );
}

function Head({ position, hash, at }: { position: number; hash: string; at: string }) {
  const now = useNow();
  return (
    <span className="row small muted">
      <span>Head</span>
      <code title={hash}>{shortHash(hash)}</code>
      <CopyButton text={`${position}:${hash}`} label="Copy head" />
      <time dateTime={at} title={`${momentText(at)} UTC`} suppressHydrationWarning>
        signed {agoText(at, now)}
      </time>
    </span>
  );
}

const shown = 5;

function Broken({ problems }: { problems: readonly Finding[] }) {
  return (
    <div role="alert">
      <Note tone="deny" icon={<Shape name="deny" />}>
        <b>
          {problems.length === 1 ? "One thing is" : `${count(problems.length)} things are`} wrong with the
          chain.
        </b>{" "}
        New entries are still written; no head is signed until it is looked into.
      </Note>
      <ul className="chain-problems">
        {problems.slice(0, shown).map((problem) => (
          <li key={`${problem.position} ${problem.kind}`}>
            <b>
              {problem.until === problem.position
                ? `Place ${count(problem.position)}`
                : `Places ${count(problem.position)}–${count(problem.until)}`}
            </b>{" "}
            <span className="muted">{problem.message}</span>
          </li>
        ))}
        {problems.length > shown && <li className="faint">and {count(problems.length - shown)} more</li>}
      </ul>
    </div>
  );
}
