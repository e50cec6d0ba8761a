"use client";
import { useQuery } from "@tanstack/react-query";
import { Ban, RefreshCw } from "lucide-react";
import Link from "next/link";
import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useState } from "react";
import { useKeyTask } from "@/components/keys/act/tasks";
import { Calls } from "@/components/keys/detail/calls";
import { RotationPlate } from "@/components/keys/detail/rotation-plate";
import { TrailPlate } from "@/components/keys/detail/trail";
import { isOver, statusOf, whyNotRotated } from "@/components/keys/key-state";
import { KeyMenu } from "@/components/keys/list/key-menu";
import { MaskedKey } from "@/components/keys/masked-key";
import { FlagsPlate } from "@/components/keys/plates/flags-plate";
import { GrantPlate } from "@/components/keys/plates/grant-plate";
import { LimitsPlate } from "@/components/keys/plates/limits-plate";
import { MetadataPlate } from "@/components/keys/plates/metadata-plate";
import { ReachPlate } from "@/components/keys/plates/reach-plate";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useSide } from "@/components/shell/side";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { TabPanel, Tabs } from "@/components/ui/tabs";
import { untilText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { StatusWord } from "@/components/ui/words/status-word";
import { useNow } from "@/components/ui/words/use-now";
import { dateText, momentText } from "@/components/ui/words/when";
import { keys } from "@/lib/client/keys";
import type { Key, KeyDetail } from "@/lib/keys/schema";
import { oneOf } from "@/lib/client/request/read-unknown";
import { usageRanges } from "@/lib/usage/catalogue";

const KeyRules = lazy(async () => ({
  default: (await import("@/components/keys/detail/key-rules")).KeyRules,
}));
const KeyDecisions = lazy(async () => ({
  default: (await import("@/components/keys/detail/key-decisions")).KeyDecisions,
}));
const KeyMetadata = lazy(async () => ({
  default: (await import("@/components/keys/plates/key-metadata")).KeyMetadata,
}));
const TrailTable = lazy(async () => ({
  default: (await import("@/components/keys/detail/trail")).TrailTable,
}));

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd suppressHydrationWarning>{children}</dd>
    </div>
  );
}

function Nameplate({ subject, workspace }: { subject: Key; workspace: string }) {
  const side = useSide();
  const now = useNow();
  return (
    <div className="nameplate">
      <MaskedKey masked={subject.masked} large spent={isOver(subject)} />
      <dl className="facts">
        <Fact label="Key">
          <code>{subject.id}</code>
          <CopyButton text={subject.id} label="Copy key id" />
        </Fact>
        <Fact label="Environment">{subject.environment === "live" ? "Live" : "Test"}</Fact>
        <Fact label="Customer">
          {subject.customer === null || side === "customer" ? (
            (subject.customerName ?? workspace)
          ) : (
            <Link href={`/customers/${subject.customer}`}>{subject.customerName}</Link>
          )}
        </Fact>
        <Fact label="Created">{dateText(subject.createdAt, now)}</Fact>
        <Fact label="Expires">
          {subject.expiresAt === null
            ? "Never"
            : Date.parse(subject.expiresAt) > now
              ? untilText(subject.expiresAt, now)
              : dateText(subject.expiresAt, now)}
        </Fact>
        <Fact label="Last used">
          {subject.lastUsedAt === null ? "Never" : <Ago at={subject.lastUsedAt} />}
        </Fact>
      </dl>
    </div>
  );
}

function Over({ subject }: { subject: Key }) {
  if (subject.status === "revoked")
    return (
      <Note tone="deny" icon={<Icon of={Ban} />}>
        <b>Revoked{subject.revokedAt === null ? "" : ` ${momentText(subject.revokedAt)}`}.</b>{" "}
        {subject.revokeReason ? `${subject.revokeReason}. ` : ""}It is refused everywhere and cannot be
        brought back.
      </Note>
    );
  if (subject.status === "expired")
    return (
      <Note tone="limited">
        <b>Expired.</b> It is refused until its end is moved ahead.
      </Note>
    );
  if (subject.status === "disabled")
    return (
      <Note tone="limited">
        <b>Disabled.</b> It is refused until it is enabled.
      </Note>
    );
  return null;
}

export interface KeyPageProps {
  keyId: string;
  /** Name of the workspace. */
  workspace: string;
  /** Of the page's Content-Security-Policy, for the JSON editor. */
  nonce: string | undefined;
}

/** How often the state of its limits is read again. */
const limitsReadMs = 15_000;

/** Everything about one key. Tab and range stand in the address. */
export function KeyPage({ keyId, ...place }: KeyPageProps) {
  const { data, error, refetch } = useQuery({ ...keys.detail(keyId), refetchInterval: limitsReadMs });
  if (data) return <Shown subject={data} {...place} />;
  return (
    <Page>
      <PageHead title="Key" crumb={{ label: "Keys", href: "/keys" }} />
      {error ? (
        <QueryProblem
          things="The key"
          error={error}
          stillWorks="The key still works: the gateway does not need this page."
          onRetry={() => void refetch()}
        />
      ) : (
        <LoadingRows label="Loading the key" />
      )}
    </Page>
  );
}

/** `?do=edit` or `?do=rotate`, as the overview and Find or do lead here, opens the dialog and is taken out again. */
function useTaskByAddress(tasks: Readonly<Partial<Record<string, () => void>>>): void {
  const { search, amend } = useAddressBar();
  const wanted = search.get("do");
  const open = useEffectEvent((task: string) => {
    amend({ do: null });
    tasks[task]?.();
  });
  useEffect(() => {
    if (wanted !== null) open(wanted);
  }, [wanted]);
}

function Shown({ subject, workspace, nonce }: { subject: KeyDetail } & Omit<KeyPageProps, "keyId">) {
  const mayDescribe = useSide() === "workspace";
  const [describing, setDescribing] = useState(false);
  const start = useKeyTask();
  const now = useNow();
  const { search, go } = useAddressBar();
  const rotate = usePermission("rotate:keys");
  const revoke = usePermission("revoke:keys");
  const update = usePermission("update:keys");
  const mayRules = usePermission("read:rules");
  const mayTrail = usePermission("read:audit");
  const mayDecisions = usePermission("read:decisions");
  const range = oneOf(usageRanges, search.get("range")) ?? "24h";
  const whyNot = rotate.why || whyNotRotated(subject);
  const onEdit =
    update.allowed && subject.status !== "revoked" ? () => start({ kind: "edit", key: subject }) : undefined;
  const openRotate = () => {
    if (!whyNot) start({ kind: "rotate", key: subject });
  };
  useShortcut("r", openRotate);
  useTaskByAddress({ rotate: openRotate, ...(onEdit && { edit: onEdit }) });
  const items = [
    { value: "usage", label: "Usage" },
    ...(mayRules.allowed ? [{ value: "rules", label: "Rules and matrix" }] : []),
    ...(mayDecisions.allowed ? [{ value: "decisions", label: "Decisions" }] : []),
    ...(mayTrail.allowed ? [{ value: "audit", label: "Audit" }] : []),
  ];
  const tab = items.find(({ value }) => value === search.get("tab"))?.value ?? "usage";
  return (
    <Page>
      <PageHead
        title={subject.name}
        crumb={{ label: "Keys", href: "/keys" }}
        facts={<StatusWord status={statusOf(subject, now)} />}
        actions={
          <>
            <Button size={28} icon={<Icon of={RefreshCw} />} hint="R" why={whyNot} onClick={openRotate}>
              Rotate
            </Button>
            <Button
              size={28}
              kind="danger"
              why={revoke.why || (subject.status === "revoked" && "It is revoked already.")}
              onClick={() => start({ kind: "revoke", keys: [subject] })}
            >
              Revoke
            </Button>
            <KeyMenu subject={subject} place="page" />
          </>
        }
      />
      <Nameplate subject={subject} workspace={workspace} />
      <Over subject={subject} />
      <Tabs
        label={subject.name}
        items={items}
        value={tab}
        onChange={(next) => go({ tab: next === "usage" ? null : next })}
      >
        <TabPanel value="usage" className="content main-aside">
          <div className="stack">
            {subject.rotation && <RotationPlate subject={subject} rotation={subject.rotation} />}
            <Calls
              keyId={subject.id}
              range={range}
              onRange={(next) => go({ range: next === "24h" ? null : next })}
            />
          </div>
          <aside className="stack" aria-label="About this key">
            <FlagsPlate keyId={subject.id} />
            <GrantPlate subject={subject} onEdit={onEdit} />
            <LimitsPlate subject={subject} onEdit={onEdit} />
            <ReachPlate subject={subject} onEdit={onEdit} />
            <MetadataPlate
              subject={subject}
              onEdit={onEdit && mayDescribe ? () => setDescribing(true) : undefined}
            />
            <TrailPlate keyId={subject.id} onAll={() => go({ tab: "audit" })} />
          </aside>
        </TabPanel>
        {describing && (
          <Suspense>
            <KeyMetadata subject={subject} nonce={nonce} onClose={() => setDescribing(false)} />
          </Suspense>
        )}
        <TabPanel value="rules" className="content">
          <Suspense fallback={<LoadingRows label="Loading rules" height={36} />}>
            <KeyRules subject={subject} />
          </Suspense>
        </TabPanel>
        <TabPanel value="decisions" className="content">
          <Suspense fallback={<LoadingRows label="Loading decisions" height={32} />}>
            <KeyDecisions keyId={subject.id} />
          </Suspense>
        </TabPanel>
        <TabPanel value="audit" className="content">
          <Suspense fallback={<LoadingRows label="Loading the trail" height={36} />}>
            <TrailTable keyId={subject.id} />
          </Suspense>
        </TabPanel>
      </Tabs>
    </Page>
  );
}
