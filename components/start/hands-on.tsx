"use client";
import { Copy } from "lucide-react";
import { MaskedKey } from "@/components/keys/masked-key";
import { Arrival } from "@/components/start/arrival";
import { CallSamples } from "@/components/start/call-samples";
import type { FirstKey } from "@/components/start/first-key";
import { Step } from "@/components/start/step";
import { Button } from "@/components/ui/button";
import { useCopy } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { ScopeList } from "@/components/ui/words/chips";

interface Words {
  title: string;
  text: string;
}

/** The three steps once there is a key: copy it, call, and see the decision arrive. */
export function HandsOn({
  first,
  words,
}: {
  first: FirstKey;
  words: Record<"key" | "call" | "arrive", Words>;
}) {
  return (
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
  );
}

function KeyRow({ first }: { first: FirstKey }) {
  const { copied, copy } = useCopy();
  return (
    <div className="st-row">
      <MaskedKey masked={first.key.masked} />
      <ScopeList scopes={first.key.scopes} />
      <span className="small muted st-once">Shown nowhere again once you leave.</span>
      <span className="grow" />
      <Button kind="ghost" size={28} icon={<Icon of={Copy} />} onClick={() => void copy(first.secret)}>
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
