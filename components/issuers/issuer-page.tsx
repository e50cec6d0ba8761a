"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { IssuerKeysPlate } from "@/components/issuers/issuer-keys";
import { IssuerStatus } from "@/components/issuers/issuer-words";
import { useEnableIssuer } from "@/components/issuers/use-enable-issuer";
import { LimitFacts } from "@/components/plans/limit-words";
import { DetailActions } from "@/components/shell/detail-actions";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { DetailState } from "@/components/states/detail-state";
import { CopyButton } from "@/components/ui/copy-button";
import { toast } from "@/components/ui/overlay/toaster";
import { Note, Plate } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { issuers } from "@/lib/client/issuers";
import type { Issuer } from "@/lib/issuers/schema";

const IssuerDialog = lazy(async () => ({
  default: (await import("@/components/issuers/issuer-dialog")).IssuerDialog,
}));
const StopIssuer = lazy(async () => ({
  default: (await import("@/components/issuers/stop-issuer")).StopIssuer,
}));

const crumb = { label: "JWT issuers", href: "/settings/issuers" };

export interface IssuerPageProps {
  id: string;
  /** Name of the workspace. */
  workspace: string;
  nonce: string | undefined;
}

/** One issuer: what its tokens must say, and the keys they are checked with. */
export function IssuerPage({ id, workspace, nonce }: IssuerPageProps) {
  const detail = useQuery(issuers.detail(id));
  if (detail.data) return <Shown issuer={detail.data} nonce={nonce} />;
  return (
    <DetailState
      query={detail}
      thing="issuer"
      crumb={crumb}
      all="All issuers"
      workspace={workspace}
      stillWorks="Its tokens are still judged: the gateway does not need this page."
    />
  );
}

function Shown({ issuer, nonce }: { issuer: Issuer; nonce: string | undefined }) {
  const router = useRouter();
  const [open, setOpen] = useState<"edit" | "disable" | "delete" | null>(null);
  const mayUpdate = usePermission("update:issuers");
  const mayDestroy = usePermission("destroy:issuers");
  const enable = useEnableIssuer(issuer);
  const close = () => setOpen(null);
  return (
    <Page>
      <PageHead
        title={issuer.name}
        crumb={crumb}
        facts={<IssuerStatus issuer={issuer} />}
        actions={
          <DetailActions
            edit={{ why: mayUpdate.why, onEdit: () => setOpen("edit") }}
            pause={{
              isDisabled: issuer.disabled,
              why: mayUpdate.why,
              isEnabling: enable.isPending,
              onDisable: () => setOpen("disable"),
              onEnable: () => enable.mutate(),
            }}
            remove={{ label: "Delete issuer", why: mayDestroy.why, onRemove: () => setOpen("delete") }}
          />
        }
      />
      {issuer.disabled && (
        <div className="content">
          <Note tone="limited">
            <b>Disabled.</b> Its tokens are refused, and not passed to the upstream, until it is enabled.
          </Note>
        </div>
      )}
      <div className="main-aside content">
        <div className="stack">
          <IssuerKeysPlate issuer={issuer} />
        </div>
        <aside className="stack" aria-label="About this issuer">
          <ClaimsPlate issuer={issuer} />
          <Plate title="Each subject may call" padded={false}>
            <div className="pad list">
              {issuer.rateLimits.length + issuer.quotas.length === 0 && <p className="muted">Unlimited.</p>}
              <LimitFacts {...issuer} />
            </div>
          </Plate>
        </aside>
      </div>
      <Suspense>
        {open === "edit" && (
          <IssuerDialog
            issuer={issuer}
            nonce={nonce}
            onClose={close}
            onSaved={() => {
              close();
              toast({ text: `${issuer.name} saved. It holds from the next call on.` });
            }}
          />
        )}
        {(open === "disable" || open === "delete") && (
          <StopIssuer
            issuer={issuer}
            way={open}
            onClose={close}
            onStopped={() => {
              close();
              if (open === "delete") router.push(crumb.href);
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

/** What a token must say to count. */
function ClaimsPlate({ issuer }: { issuer: Issuer }) {
  return (
    <Plate title="A token must say">
      <dl className="facts2 wide">
        <dt>iss</dt>
        <dd>
          <code className="trunc" title={issuer.issuer}>
            {issuer.issuer}
          </code>
          <CopyButton text={issuer.issuer} label="Copy iss" />
        </dd>
        <dt>aud</dt>
        <dd className="stacked">
          {issuer.audiences.map((audience) => (
            <code key={audience} className="trunc" title={audience}>
              {audience}
            </code>
          ))}
        </dd>
        <dt>alg</dt>
        <dd className="wraps">
          <code>{issuer.algorithms.join(", ")}</code>
        </dd>
        <dt>Scopes in</dt>
        <dd>
          {issuer.scopesClaim === null ? (
            <span className="faint">no claim: it grants none</span>
          ) : (
            <code>{issuer.scopesClaim}</code>
          )}
        </dd>
        <dt>Id</dt>
        <dd>
          <code className="trunc">{issuer.id}</code>
          <CopyButton text={issuer.id} label="Copy issuer id" />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Ago at={issuer.updatedAt} />
        </dd>
      </dl>
    </Plate>
  );
}
