"use client";
import { MetadataDialog, type MetadataDialogProps } from "@/components/forms/metadata-dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { keys, updateKey } from "@/lib/client/keys";
import { audit } from "@/lib/client/records/decisions";
import type { Key } from "@/lib/keys/schema";

export interface KeyMetadataProps extends Pick<MetadataDialogProps, "nonce" | "onClose"> {
  subject: Key;
}

/** The key's metadata as JSON. */
export function KeyMetadata({ subject, nonce, onClose }: KeyMetadataProps) {
  const { id, name, metadata } = subject;
  const tell = () => {
    toast({ text: `${name}: metadata saved. Rules see it from the next call on.` });
    onClose();
  };
  return (
    <MetadataDialog
      name={name}
      description="Your own facts about the key: a JSON object of at most 16 KiB. Rules read it as credential.metadata."
      metadata={metadata}
      nonce={nonce}
      save={(changed) => updateKey({ id, metadata: changed })}
      touches={[keys.all, audit.all]}
      onClose={onClose}
      onSaved={tell}
    />
  );
}
