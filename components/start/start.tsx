"use client";
import { useMutation } from "@tanstack/react-query";
import { Copy, KeyRound } from "lucide-react";
import { useState } from "react";
import { MaskedKey } from "@/components/keys/masked-key";
import { usePermission } from "@/components/shell/permissions";
import { Arrival } from "@/components/start/arrival";
import { CallSamples } from "@/components/start/call-samples";
import { createFirstKey, type FirstKey } from "@/components/start/first-key";
import { NextCards } from "@/components/start/next-cards";
import { Step } from "@/components/start/step";
import { Button } from "@/components/ui/button";
import { useCopy } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { ScopeList } from "@/components/ui/words/chips";

const words = {
  key: { title: "Create a key", text: "A test key that may call the echo service." },
  call: { title: "Call a service", text: "Paste this into a terminal. The echo service answers anything." },
  arrive: { title: "See the decision arrive", text: "Every call leaves one, allowed or not." },
} as const;

/** The first minute: a key, a call, a decision. `workspace` is its slug. */
export function Start({ workspace }: { workspace: string }) {
  const permission = usePermission("create:keys");
  // randomUUID needs a secure context, which plain http outside localhost is not.
  const [idempotencyKey] = useState(() => crypto.getRandomValues(new Uint32Array(4)).join("-"));
  const create = useMutation({ mutationFn: () => createFirstKey({ workspace, idempotencyKey }) });
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
              {create.isError && <Note tone="deny">{create.error.message} Nothing was made; press again.</Note>}
            </div>
          </Step>
          <Step number={2} state="later" {...words.call} />
          <Step number={3} state="later" {...words.arrive} />
        </ol>
      ) : (
        <Arrival keyId={first.key.id}>
          {(arrived, body) => (
            <ol className="sts">
              <Step number={1} state="done" {...words.key}>
                <KeyRow first={first} />
              </Step>
              <Step number={2} state={arrived ? "done" : "now"} {...words.call}>
                <div className="st-code">
                  <CallSamples address={first.address} secret={first.secret} />
                </div>
              </Step>
              <Step number={3} state={arrived ? "now" : "later"} {...words.arrive}>
                {body}
              </Step>
            </ol>
          )}
        </Arrival>
      )}
      <NextCards service={first?.service ?? null} />
    </main>
  );
}

function KeyRow({ first }: { first: FirstKey }) {
  const { copied, copy } = useCopy();
  return (
    <div className="st-row">
      <MaskedKey masked={first.key.masked} />
      <ScopeList scopes={first.key.scopes} />
      <span className="small muted st-once">The secret is shown nowhere again once you leave this page.</span>
      <span className="grow" />
      <Button kind="ghost" size={28} icon={<Icon of={Copy} />} onClick={() => void copy(first.secret)}>
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
