"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { DecisionTable } from "@/components/decisions/decision-row";
import { RuleChip } from "@/components/ui/words/chips";
import { gatewayAddress, VisibilityTag } from "@/components/services/service-words";
import { RequiredScopesPlate, ServiceFacts } from "@/components/services/service-facts";
import { TestCallPlate } from "@/components/services/test-call";
import { DetailActions } from "@/components/shell/detail-actions";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { DetailState } from "@/components/states/detail-state";
import { LoadingRows } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { decisions } from "@/lib/client/records/decisions";
import { rules } from "@/lib/client/rules/rules";
import { services } from "@/lib/client/services";
import type { StoredRule } from "@/lib/rules/schema";
import type { Service } from "@/lib/services/schema";

const ServiceDialog = lazy(async () => ({
  default: (await import("@/components/services/form/service-dialog")).ServiceDialog,
}));
const MatrixLine = lazy(async () => ({
  default: (await import("@/components/matrix/line/matrix-line")).MatrixLine,
}));
const DeleteService = lazy(async () => ({
  default: (await import("@/components/services/delete-service")).DeleteService,
}));

export interface ServiceDetailProps {
  id: string;
  gateway: string;
  workspace: { slug: string; name: string };
}

/** One service: where it is reached, what judges it, and what was decided about it. */
export function ServiceDetail({ id, gateway, workspace }: ServiceDetailProps) {
  const detail = useQuery(services.detail(id));
  const crumb = { label: "Services", href: "/services" };
  if (detail.isSuccess) return <Loaded service={detail.data} gateway={gateway} workspace={workspace} />;
  return (
    <DetailState query={detail} thing="service" crumb={crumb} all="All services" workspace={workspace.name} />
  );
}

function Loaded({ service, gateway, workspace }: { service: Service } & Omit<ServiceDetailProps, "id">) {
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const router = useRouter();
  const mayUpdate = usePermission("update:services");
  const mayDestroy = usePermission("destroy:services");
  const [readsRules, readsKeys] = [usePermission("read:rules"), usePermission("read:keys")];
  const mayMatrix = readsRules.allowed && readsKeys.allowed;
  const address = gatewayAddress({ gateway, workspace: workspace.slug, slug: service.slug });
  return (
    <Page>
      <PageHead
        title={service.name}
        crumb={{ label: "Services", href: "/services" }}
        facts={<VisibilityTag of={service.visibility} />}
        actions={
          <DetailActions
            edit={{ why: mayUpdate.why, onEdit: () => setOpen("edit") }}
            remove={{ label: "Delete service", why: mayDestroy.why, onRemove: () => setOpen("delete") }}
          />
        }
      />
      <div className="main-aside content">
        <div className="stack">
          <Plate title="Gateway address" note="What callers use instead of the upstream">
            <p className="row address">
              <code className="trunc" title={address}>
                {address}
              </code>
              <CopyButton text={address} label="Copy gateway address" />
            </p>
            <CodeBlock label="A call" samples={callSamples(address, service.visibility)} />
          </Plate>
          <TestCallPlate service={service} />
          <RecentDecisions service={service} />
        </div>
        <div className="stack">
          <ServiceFacts service={service} />
          <RequiredScopesPlate service={service} />
          <AttachedRules service={service} />
          {mayMatrix && (
            <Suspense>
              <MatrixLine of={{ service: service.id }} />
            </Suspense>
          )}
        </div>
      </div>
      <Suspense>
        {open === "edit" && (
          <ServiceDialog
            service={service}
            gateway={gateway}
            workspace={workspace.slug}
            onClose={() => setOpen(null)}
            onSaved={(saved) => {
              setOpen(null);
              toast({ text: `${saved.name} saved. It is enforced from now on.` });
            }}
          />
        )}
        {open === "delete" && (
          <DeleteService
            service={service}
            onClose={() => setOpen(null)}
            onDeleted={() => {
              toast({ text: `${service.name} deleted. Its address answers 404.` });
              router.push("/services");
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

function callSamples(address: string, visibility: Service["visibility"]) {
  const secret = "$LATCHKEY_SECRET";
  if (visibility === "public")
    return [
      { label: "curl", language: "shell", code: `curl ${address}/` },
      { label: "fetch", language: "script", code: `const response = await fetch("${address}/");` },
    ] as const;
  return [
    { label: "curl", language: "shell", code: `curl ${address}/ \\\n  -H "Authorization: Bearer ${secret}"` },
    {
      label: "fetch",
      language: "script",
      code: `const response = await fetch("${address}/", {\n  headers: { authorization: \`Bearer \${process.env.LATCHKEY_SECRET}\` },\n});`,
    },
  ] as const;
}

function isAttached(rule: StoredRule, { id, slug }: Service): boolean {
  return rule.attachments.some(
    ({ service, credential }) =>
      service === slug || service === id || (service === undefined && credential === undefined),
  );
}

function AttachedRules({ service }: { service: Service }) {
  const permission = usePermission("read:rules");
  const mayCreate = usePermission("create:rules");
  const list = useQuery({ ...rules.list({ limit: 100 }), enabled: permission.allowed });
  const attached = list.data?.items.filter((rule) => isAttached(rule, service)) ?? [];
  const add = mayCreate.allowed && (
    <ButtonLink kind="ghost" size={28} icon={<Icon of={Plus} />} href={`/rules/new?service=${service.slug}`}>
      Write rule
    </ButtonLink>
  );
  return (
    <Plate title="Rules" aside={add || undefined}>
      {!permission.allowed && <p className="muted">{permission.why}</p>}
      {list.isPending && permission.allowed && <LoadingRows label="Loading rules" rows={2} height={36} />}
      {list.isError && <p className="muted">Rules could not be loaded. {list.error.message}</p>}
      {list.isSuccess && attached.length === 0 && (
        <p className="muted">
          No rule is attached, so its default holds:{" "}
          {service.defaultVerdict === "deny" ? "every call is denied." : "every call is allowed."}
        </p>
      )}
      <ul className="rule-lines">
        {attached.map((rule) => (
          <li key={rule.id} className="row">
            <Link className="rule-link" href={`/rules/${rule.id}`}>
              <RuleChip name={rule.name} effect={rule.effect} shadow={rule.mode === "shadow"} />
            </Link>
            {rule.mode !== "enforce" && <span className="small faint">{rule.mode}</span>}
          </li>
        ))}
      </ul>
    </Plate>
  );
}

function RecentDecisions({ service }: { service: Service }) {
  const router = useRouter();
  const permission = usePermission("read:decisions");
  const recent = useInfiniteQuery({
    ...decisions.list({ service: service.id }, 10),
    enabled: permission.allowed,
    refetchInterval: 5_000,
  });
  const rows = recent.data?.pages[0]?.items ?? [];
  return (
    <Plate
      title="Recent decisions"
      padded={false}
      className="recent"
      aside={
        rows.length > 0 ? (
          <Link href={`/decisions?view=history&service=${service.slug}`}>All</Link>
        ) : undefined
      }
    >
      {!permission.allowed && <p className="plate-line muted">{permission.why}</p>}
      {recent.isPending && permission.allowed && (
        <LoadingRows label="Loading decisions" rows={4} height={32} />
      )}
      {recent.isError && (
        <QueryProblem things="Decisions" error={recent.error} onRetry={() => void recent.refetch()} />
      )}
      {recent.isSuccess && rows.length === 0 && (
        <p className="plate-line muted">Nothing has called it yet. The call above is ready to copy.</p>
      )}
      {rows.length > 0 && (
        <DecisionTable
          label="Recent decisions"
          rows={rows}
          openId={null}
          onOpen={(id) => router.push(`/decisions/${id}`)}
        />
      )}
    </Plate>
  );
}
