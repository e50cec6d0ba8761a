"use client";
import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { verifyKey } from "@/lib/client/keys";

/** Asks the API whether the secret is good, as a service of the workspace would (from the first allowed address, where only some are), and says what it answered. */
export function TestNow({ secret, allowedIps }: { secret: string; allowedIps: readonly string[] }) {
  const [block] = allowedIps;
  const ip = block?.split("/")[0];
  const test = useMutation({
    mutationFn: async () => {
      const begun = performance.now();
      const answer = await verifyKey({ key: secret, cost: 0, ...(ip === undefined ? {} : { ip }) });
      return { answer, milliseconds: Math.round(performance.now() - begun) };
    },
  });
  return (
    <div className="test-now">
      <Button
        size={28}
        icon={<Icon of={Play} />}
        busy={test.isPending && "Asking"}
        onClick={() => test.mutate()}
      >
        Test it now
      </Button>
      <span className="row" role="status">
        {test.data && (
          <>
            <VerdictWord verdict={test.data.answer.valid ? "allow" : "deny"}>
              {test.data.answer.code}
            </VerdictWord>
            <span className="muted">
              {test.data.answer.valid ? "accepted" : "refused"}
              {ip !== undefined && ` from ${ip}`} in {test.data.milliseconds} ms
            </span>
          </>
        )}
        {test.error && <span className="t-deny">{test.error.message}</span>}
      </span>
      <span className="grow" />
      {test.data && <Link href={`/decisions/${test.data.answer.decision}`}>See the decision</Link>}
    </div>
  );
}
