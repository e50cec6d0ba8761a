"use client";
import { RotateCw } from "lucide-react";
import { LoadError } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { ProblemError } from "@/lib/client/request/problem-error";

export interface QueryProblemProps {
  /** What could not be loaded, with a capital: "Services". */
  things: string;
  error: unknown;
  /** What goes on working meanwhile. */
  stillWorks?: string;
  onRetry: () => void;
}

/** A list or page whose question failed: what happened, what still works, the way on, and the request's id. */
export function QueryProblem({
  things,
  error,
  stillWorks = "The gateway goes on deciding: it does not need this page.",
  onRetry,
}: QueryProblemProps) {
  const problem = error instanceof ProblemError ? error : null;
  return (
    <LoadError
      title={`${things} could not be loaded`}
      text={`${problem?.detail ?? "Something failed in this page."} ${stillWorks}`}
      requestId={problem?.requestId ?? undefined}
      actions={
        <Button icon={<Icon of={RotateCw} />} onClick={onRetry}>
          Try again
        </Button>
      }
    />
  );
}
