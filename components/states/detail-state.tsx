import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, NotFoundState } from "@/components/states/states";
import { Page, PageHead } from "@/components/shell/page";
import { ButtonLink } from "@/components/ui/button";
import { ProblemError } from "@/lib/client/request/problem-error";

export interface DetailStateProps {
  /** What `useQuery` answers while there is no data yet. */
  query: { error: unknown; isPending: boolean; isError: boolean; refetch: () => unknown };
  /** In lower case: "plan". */
  thing: string;
  /** The list it belongs to. */
  crumb: { label: string; href: string };
  /** Where else to go when there is no such thing: "All plans". */
  all: string;
  /** Name of the workspace. */
  workspace: string;
  /** What goes on working while it cannot be loaded. */
  stillWorks?: string;
}

/** The page of one thing before it is there: loading, missing or failed. */
export function DetailState({ query, thing, crumb, all, workspace, stillWorks }: DetailStateProps) {
  const isMissing = query.error instanceof ProblemError && query.error.kind === "not-found";
  return (
    <Page>
      <PageHead title={thing.charAt(0).toUpperCase() + thing.slice(1)} crumb={crumb} />
      {query.isPending && <LoadingRows label={`Loading the ${thing}`} />}
      {isMissing && (
        <NotFoundState
          thing={thing}
          workspace={workspace}
          actions={<ButtonLink href={crumb.href}>{all}</ButtonLink>}
        />
      )}
      {query.isError && !isMissing && (
        <QueryProblem
          things={`The ${thing}`}
          error={query.error}
          {...(stillWorks === undefined ? {} : { stillWorks })}
          onRetry={() => void query.refetch()}
        />
      )}
    </Page>
  );
}
