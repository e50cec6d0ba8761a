import { queryOptions } from "@tanstack/react-query";
import type { ShellFacts } from "@/components/shell/frame/facts-answer";

/** Asked again every 10 s while the page is seen; `initial` comes with the page. */
export function shellFacts(initial: ShellFacts) {
  return queryOptions({
    queryKey: ["shell-facts"] as const,
    queryFn: async ({ signal }) => {
      const answer = await fetch("/shell-facts", { signal, headers: { accept: "application/json" } });
      const [{ ShellFacts: reader }, facts] = await Promise.all([
        import("@/components/shell/frame/facts-answer"),
        answer.json(),
      ]);
      return reader.parse(facts);
    },
    initialData: initial,
    refetchInterval: 10_000,
  });
}
