"use client";
import { useQuery } from "@tanstack/react-query";
import { Copy, Eye, EyeOff } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { type TaskProps, useKeyPlace } from "@/components/keys/act/tasks";
import { CutEdge, MaskedKey } from "@/components/keys/masked-key";
import { Anatomy } from "@/components/keys/secret/anatomy";
import { keySamples } from "@/components/keys/secret/samples";
import { TestNow } from "@/components/keys/secret/test-now";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { useCopy } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { ConfirmDialog, Dialog } from "@/components/ui/overlay/dialog";
import { stopText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { services } from "@/lib/client/services";
import type { IssuedKey } from "@/lib/keys/schema";

export interface RevealDialogProps extends TaskProps {
  issued: IssuedKey;
  because: "created" | "rotated";
}

function OldSecret({ issued }: { issued: IssuedKey }) {
  const now = useNow();
  const { rotation } = issued.key;
  if (!rotation) return <span className="muted small">The old secret has stopped.</span>;
  return (
    <span className="muted small">
      <MaskedKey masked={rotation.oldSecret.masked} spent /> works until {stopText(rotation.endsAt, now)}
    </span>
  );
}

/** Shows a new secret, this once. Closing before it was copied asks once. */
export function RevealDialog({ open, onClose, issued, because }: RevealDialogProps) {
  const { gateway, workspace } = useKeyPlace();
  const copyButton = useRef<HTMLButtonElement>(null);
  const [shown, show] = useState(false);
  const [taken, setTaken] = useState(false);
  const [asked, setAsked] = useState<"not-yet" | "asking" | "asked">("not-yet");
  const [refused, setRefused] = useState(false);
  const { copied, copy } = useCopy();
  const { data } = useQuery(services.list({ limit: 1 }));
  const { key, secret } = issued;
  const take = () =>
    copy(secret).then(
      () => setTaken(true),
      () => {
        show(true);
        setRefused(true);
      },
    );
  const close = () => (taken || asked === "asked" ? onClose() : setAsked("asking"));
  const takeByKeys = (event: KeyboardEvent) => {
    if (
      event.key.toLowerCase() !== "c" ||
      !(event.metaKey || event.ctrlKey) ||
      getSelection()?.isCollapsed === false
    )
      return;
    event.preventDefault();
    void take();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      className="reveal"
      size="wide"
      title={because === "created" ? `Secret of ${key.name}` : `New secret for ${key.name}`}
      description="Shown once. Latchkey keeps only a hash and cannot show it again."
      initialFocus={copyButton}
      footer={
        <>
          {because === "rotated" && <OldSecret issued={issued} />}
          <span className="grow" />
          <Button onClick={close}>Done</Button>
        </>
      }
    >
      <div className="secret" onKeyDown={takeByKeys} onCopy={() => setTaken(true)}>
        <Anatomy secret={secret} shown={shown} />
        {refused && (
          <p className="small t-deny">The browser refused the clipboard. Select the secret and copy it.</p>
        )}
        <div className="secret-actions">
          <Button icon={<Icon of={shown ? EyeOff : Eye} />} onClick={() => show(!shown)}>
            {shown ? "Hide" : "Show"}
          </Button>
          <Button
            ref={copyButton}
            kind="primary"
            icon={<Icon of={Copy} />}
            hint="⌘ C"
            onClick={() => void take()}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
        </div>
        <CutEdge masked={key.masked} />
      </div>
      <CodeBlock
        label="Use it"
        samples={keySamples({
          gateway,
          workspace,
          service: data?.items[0]?.slug ?? null,
          secret,
          masked: key.masked,
        })}
        onCopied={(sample) => sample.copy !== undefined && setTaken(true)}
      />
      <TestNow secret={secret} allowedIps={key.allowedIps} />
      <ConfirmDialog
        open={asked === "asking"}
        onClose={() => setAsked("asked")}
        title="Close without copying?"
        description={`The secret of ${key.name} is not shown again. Without it the key has to be rotated for a new one.`}
        cancel="Keep it open"
        confirm="Close"
        onConfirm={onClose}
      />
    </Dialog>
  );
}
