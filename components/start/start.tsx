"use client";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { newIdempotencyKey } from "@/components/keys/act/idempotency-key";
import { usePermission } from "@/components/shell/permissions";
import { NextCards } from "@/components/start/next-cards";
import { Step } from "@/components/start/step";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";

/** What each step is called and says. */
const words = {
  key: { title: "Create a key", text: "A test key that may call the echo service." },
  call: { title: "Call a service", text: "Paste this into a terminal. The echo service answers anything." },
  arrive: { title: "See the decision arrive", text: "Every call leaves one, allowed or not." },
} as const;

const loadHandsOn = () => import("@/components/start/hands-on");
const HandsOn = lazy(async () => ({ default: (await loadHandsOn()).HandsOn }));

/** The first minute: a key, a call, a decision. `workspace` is its slug. */
export function Start({ workspace }: { workspace: string }) {
  const permission = usePermission("create:keys");
  const [idempotencyKey] = useState(newIdempotencyKey);
  const create = useMutation({
    async mutationFn() {
      const [{ createFirstKey }] = await Promise.all([import("@/components/start/first-key"), loadHandsOn()]);
      return createFirstKey({ workspace, idempotencyKey });
    },
  });
  const first = create.data;
  return (
    <main className="start" id="main">
      <h1>Your first call, decided</h1>
      <p className="lead muted">Three steps, about a minute. Nothing here touches live traffic.</p>
      {first === undefined ? (
        <ol className="sts">
          <Step number={1} state="now" {...words.key}>
            <div className="st-row">
              <Button
                kind="primary"
                size={40}
                icon={<Icon of={KeyRound} />}
                why={permission.why}
                busy={create.isPending && "Creating"}
                onClick={() => create.mutate()}
              >
                Create test key
              </Button>
              {create.isError && (
                <Note tone="deny">{create.error.message} Nothing was made; press again.</Note>
              )}
            </div>
          </Step>
          <Step number={2} state="later" {...words.call} />
          <Step number={3} state="later" {...words.arrive} />
        </ol>
      ) : (
        <Suspense>
          <HandsOn first={first} words={words} />
        </Suspense>
      )}
      <NextCards service={first?.service ?? null} />
    </main>
  );
}
