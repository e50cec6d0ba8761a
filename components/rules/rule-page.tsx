"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { baseOf, firstService } from "@/components/rules/draft/base";
import { newBase } from "@/components/rules/draft/new-base";
import type { CheckedDraft } from "@/components/rules/json/check-draft";
import { Page, PageHead } from "@/components/shell/page";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, NotFoundState } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { ProblemError } from "@/lib/client/request/problem-error";
import { rules } from "@/lib/client/rules/rules";

const crumb = { label: "Rules", href: "/rules" };

function Loading() {
  return (
    <Page layout="flush">
      <PageHead title="Rule" crumb={crumb} />
      <div className="editor">
        <section className="ed-left">
          <LoadingRows label="Loading the editor" rows={12} height={32} />
        </section>
      </div>
    </Page>
  );
}

/** The editor and everything it judges with is fetched apart from the page. */
const RuleEditor = dynamic(async () => (await import("@/components/rules/editor/rule-editor")).RuleEditor, {
  ssr: false,
  loading: Loading,
});

interface Given {
  /** What the server said of the text that is shown first; null where it could not. */
  first: CheckedDraft | null;
  /** Slug of a service to simulate a call to. */
  service: string | null;
  /** A recorded decision to simulate. */
  decisionId: string | null;
  /** The page's Content-Security-Policy nonce. */
  nonce: string | undefined;
}

/** A stored rule in its editor. */
export function RulePage({ id, workspace, ...given }: Given & { id: string; workspace: string }) {
  const detail = useQuery({ ...rules.detail(id), refetchOnWindowFocus: false });
  if (detail.isSuccess)
    return (
      <RuleEditor
        key={id}
        base={baseOf(detail.data)}
        {...given}
        service={given.service ?? firstService(detail.data)}
      />
    );
  if (detail.isPending) return <Loading />;
  const isMissing = detail.error instanceof ProblemError && detail.error.kind === "not-found";
  return (
    <Page>
      <PageHead title="Rule" crumb={crumb} />
      {isMissing ? (
        <NotFoundState
          thing="rule"
          workspace={workspace}
          actions={<ButtonLink href="/rules">All rules</ButtonLink>}
        />
      ) : (
        <QueryProblem things="The rule" error={detail.error} onRetry={() => void detail.refetch()} />
      )}
    </Page>
  );
}

/** A rule that is not stored yet. `template` names what it begins as; `service` is where it is attached at first. */
export function NewRulePage({ template, ...given }: Given & { template: string | null }) {
  return (
    <RuleEditor key={template ?? "blank"} base={newBase({ template, service: given.service })} {...given} />
  );
}
